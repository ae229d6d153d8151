import { describe, expect, it } from 'vitest'
import { encodeBase64 } from '../../../../src/core/transparency/bytes.ts'
import { signCheckpoint } from '../../../../src/core/transparency/checkpoint.ts'
import { buildReceipt, parseReceipt } from '../../../../src/core/transparency/receipt.ts'
import {
  formatVerifierKey,
  keyIdOf,
  verifierKeyOf,
} from '../../../../src/core/transparency/signed-note.ts'
import { signStatement } from '../../../../src/core/transparency/statement.ts'
import {
  type ReceiptTrust,
  verifyReceipt,
} from '../../../../src/core/transparency/verify-receipt.ts'
import { jobId } from '../../../support/a-log.ts'
import {
  aReceiptedLog,
  digestOf,
  PREDICATE_TYPE,
  resultOf,
  withMembers,
} from '../../../support/a-receipt.ts'
import { seededSigner } from '../../../support/journal-ports.ts'
import { naiveInclusion, naiveRoot } from '../../../support/naive-tree.ts'
import { required } from '../../../support/required.ts'

const log = await aReceiptedLog(3)
const [receipt, other] = [required(log.receipts[1]), required(log.receipts[2])]

describe('a genuine receipt', () => {
  it.each([
    ['the policy of a trusted source', { policy: log.policy }],
    ['the key of a trusted source', { vkey: formatVerifierKey(verifierKeyOf(log.signer)) }],
    ['the released bytes and the job', { policy: log.policy, result: resultOf(1), job: jobId(1) }],
  ])('passes every check with %s', (_, trust) => {
    const report = verifyReceipt(receipt, trust)
    expect(failed(receipt, trust)).toEqual([])
    expect(report).toMatchObject({
      ok: true,
      statement: {
        subject: jobId(1),
        digest: digestOf(resultOf(1)),
        predicateType: PREDICATE_TYPE,
      },
    })
  })

  it('passes with its own policy, and says that this proves less', () => {
    const { ok, checks } = verifyReceipt(receipt)
    expect(ok).toBe(true)
    expect(checks.find(({ name }) => name === 'policy')?.detail.en).toContain('a source you trust')
  })

  it('explains every check in both languages', () => {
    const { checks } = verifyReceipt(receipt, { result: resultOf(1) })
    expect(checks).toHaveLength(9)
    for (const { detail } of checks) {
      expect(detail.en).toMatch(/[a-z]/)
      expect(detail.zh).toMatch(/\p{Script=Han}/u)
    }
  })
})

describe('a receipt is rejected', () => {
  it.each([
    ['when the result is another', () => receipt, { result: resultOf(2) }, ['result']],
    ['when it is about another job than expected', () => receipt, { job: jobId(2) }, ['job']],
    [
      'when it is replayed for another job: foreign events',
      () => withMembers(receipt, () => ({ events: eventsOf(other) })),
      {},
      ['job', 'release'],
    ],
    [
      'when it is replayed for another job: foreign statement',
      () => withMembers(receipt, () => ({ statement: statementOf(other) })),
      {},
      ['job', 'release'],
    ],
    ['when its job is renamed', () => withMembers(receipt, () => ({ job: jobId(2) })), {}, ['job']],
    [
      'when an event is missing in the middle',
      () => withMembers(receipt, ({ events }) => ({ events: events.toSpliced(3, 1) })),
      {},
      ['chain'],
    ],
    [
      'when its first event is missing',
      () => withMembers(receipt, ({ events }) => ({ events: events.slice(1) })),
      {},
      ['chain'],
    ],
    [
      'when events are swapped',
      () => withMembers(receipt, ({ events }) => ({ events: events.toReversed() })),
      {},
      ['chain'],
    ],
    [
      'when an event is repeated',
      () => withMembers(receipt, ({ events }) => ({ events: [events[0], ...events] })),
      {},
      ['chain'],
    ],
    [
      'when the release is missing at the end',
      () => withMembers(receipt, ({ events }) => ({ events: events.slice(0, -1) })),
      {},
      ['release'],
    ],
    [
      'when it has no events',
      () => withMembers(receipt, () => ({ events: [] })),
      {},
      ['inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when a leaf is changed',
      () => withMembers(receipt, ({ events }) => ({ events: events.map(changeLeaf) })),
      {},
      ['inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when an index is changed',
      () =>
        withMembers(receipt, ({ events }) => ({
          events: events.map((event) => ({ ...event, index: event.index + 1 })),
        })),
      {},
      ['inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when index and proof are changed together',
      () =>
        withMembers(receipt, ({ events }) => ({
          events: events.map(({ index, proof, ...event }) => ({
            ...event,
            index: index + 1,
            proof: proof.replace(`index ${index}`, `index ${index + 1}`),
          })),
        })),
      {},
      ['inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when its checkpoint states another size',
      () =>
        withMembers(receipt, ({ checkpoint, events }) => {
          const changed = checkpoint.replace('\n25\n', '\n26\n')
          return { checkpoint: changed, events: events.map((event) => reproof(event, changed)) }
        }),
      {},
      ['checkpoint', 'statement', 'inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when its proofs are under another checkpoint',
      () => withMembers(receipt, ({ events }) => ({ events: events.map((e) => reproof(e, 'x')) })),
      {},
      ['inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when its statement is signed by a stranger',
      () => withMembers(receipt, () => ({ statement: signedBy('stranger') })),
      {},
      ['statement', 'job', 'release'],
    ],
    [
      'when its statement is about other bytes, even if the log signed it',
      () => withMembers(receipt, () => ({ statement: signedBy('log') })),
      {},
      ['release'],
    ],
    [
      'when its policy is malformed',
      () => withMembers(receipt, () => ({ policy: 'log nonsense\nquorum none\n' })),
      {},
      ['policy', 'checkpoint', 'statement', 'inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when the trusted key is another of the same name',
      () => receipt,
      { vkey: formatVerifierKey(verifierKeyOf(seededSigner('stranger'))) },
      ['checkpoint', 'statement', 'inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when the trusted log is of another origin',
      () => receipt,
      { vkey: formatVerifierKey(verifierKeyOf(seededSigner('log', 'other.test/log'))) },
      ['checkpoint', 'statement', 'inclusion', 'job', 'chain', 'release'],
    ],
    [
      'when no witness signed as the trusted policy demands',
      () => receipt,
      { policy: withWitness(log.policy) },
      ['checkpoint', 'statement', 'inclusion', 'job', 'chain', 'release'],
    ],
  ] as [string, () => Uint8Array, ReceiptTrust, string[]][])('%s', (_, make, trust, names) => {
    expect(failed(make(), trust)).toEqual(names)
    expect(verifyReceipt(make(), trust).ok).toBe(false)
  })

  it('when another log under the same name made it, with a key of its own', async () => {
    const forged = await aReceiptedLog(2, 'stranger')
    const names = failed(required(forged.receipts[1]), { policy: log.policy })
    expect(names).toContain('checkpoint')
    expect(names).toContain('statement')
  })

  it('when its log holds the events in another order than their chain', () => {
    expect(failed(receiptOver(leaves.toReversed(), leaves))).toEqual(['chain'])
  })

  it('when an entry of another type names the digest', () => {
    const sealed = leaves.map((leaf) =>
      Buffer.from(String(leaf).replace('"type":"result.released"', '"type":"result.sealed"')),
    )
    expect(failed(receiptOver(leaves, leaves))).toEqual([])
    expect(failed(receiptOver(sealed, sealed))).toEqual(['release'])
  })

  it.each([
    ['no JSON', 'nonsense'],
    ['no object', '[]'],
    ['another format', '{"format":"other"}'],
    ['missing members', '{"format":"glovebox-receipt/v1"}'],
  ])('when the document is %s', (_, text) => {
    expect(failed(Buffer.from(text))).toEqual(['format'])
  })

  it.each(['job', 'checkpoint', 'policy', 'statement', 'events'])(
    'when the member %s has another type',
    (member) => {
      expect(failed(withMembers(receipt, () => ({ [member]: [1] })))).toEqual(['format'])
    },
  )
})

/** The leaves of the first receipt's job. */
const leaves = required(parseReceipt(receipt)).events.map(({ leaf }) => Buffer.from(leaf, 'base64'))

/** A receipt of a log that holds just these leaves, with its events in the order given. */
function receiptOver(logged: readonly Buffer[], events: readonly Buffer[]): Uint8Array {
  const checkpoint = signCheckpoint({ size: logged.length, root: naiveRoot(logged) }, log.signer)
  return buildReceipt(
    {
      job: jobId(1),
      digest: digestOf(resultOf(1)),
      predicateType: PREDICATE_TYPE,
      predicate: {},
      events: events.map((leaf) => {
        const index = logged.indexOf(leaf)
        return { index, leaf, path: naiveInclusion(index, logged).map(encodeBase64) }
      }),
      checkpoint,
      policy: log.policy,
    },
    log.signer,
  )
}

function failed(bytes: Uint8Array, trust: ReceiptTrust = {}): string[] {
  return verifyReceipt(bytes, trust)
    .checks.filter(({ pass }) => !pass)
    .map(({ name }) => name)
}

function documentOf(bytes: Uint8Array): { events: unknown; statement: unknown } {
  return JSON.parse(Buffer.from(bytes).toString()) as { events: unknown; statement: unknown }
}

function eventsOf(bytes: Uint8Array): unknown {
  return documentOf(bytes).events
}

function statementOf(bytes: Uint8Array): unknown {
  return documentOf(bytes).statement
}

interface Event {
  readonly index: number
  readonly leaf: string
  readonly proof: string
}

function changeLeaf(event: Event): Event {
  const text = Buffer.from(event.leaf, 'base64').toString().replace('"ana"', '"bob"')
  return { ...event, leaf: Buffer.from(text).toString('base64') }
}

function reproof(event: Event, checkpoint: string): Event {
  return { ...event, proof: event.proof.replace(/\n\n[\s\S]*$/, `\n\n${checkpoint}`) }
}

function signedBy(seed: string): unknown {
  return signStatement(
    {
      subject: jobId(1),
      digest: digestOf(Buffer.from('other bytes')),
      predicateType: PREDICATE_TYPE,
      predicate: {},
    },
    seededSigner(seed),
  )
}

function withWitness(policy: string): string {
  const { origin, publicKey } = seededSigner('witness', 'witness.test')
  const key = { name: origin, type: 4 as const, publicKey, id: keyIdOf(origin, 4, publicKey) }
  const lines = `witness w ${formatVerifierKey(key)}\nquorum w\n`
  return policy.replace('quorum none\n', lines)
}
