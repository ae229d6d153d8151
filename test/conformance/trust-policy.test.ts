/**
 * Goal: trust policies and witness cosignatures are read as C2SP tlog-policy and tlog-cosignature say.
 * Method: the accept and reject tables of transparency-dev/formats, restated with our own keys.
 */

import { describe, expect, it } from 'vitest'
import { encodeBase64 } from '../../src/core/transparency/bytes.ts'
import { signCheckpoint } from '../../src/core/transparency/checkpoint.ts'
import { EMPTY_ROOT } from '../../src/core/transparency/merkle-tree.ts'
import {
  formatVerifierKey,
  keyIdOf,
  verifierKeyOf,
} from '../../src/core/transparency/signed-note.ts'
import { checkCheckpoint, parseTrustPolicy } from '../../src/core/transparency/trust-policy.ts'
import type { Signer } from '../../src/pipeline/ports.ts'
import { seededSigner } from '../support/journal-ports.ts'
import { required } from '../support/required.ts'

const log = seededSigner('log', 'example.com/log')
const LOG = formatVerifierKey(verifierKeyOf(log))
const witnesses = [1, 2, 3, 4, 5, 6].map((n) => seededSigner(`witness ${n}`, `witness.test/${n}`))
const [W1 = '', W2 = '', W3 = '', W4 = '', W5 = '', W6 = ''] = witnesses.map(witnessKey)

const NESTED = `log ${LOG}

witness X1 ${W1}
witness X2 ${W2}
witness X3 ${W3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${W4}
witness Y2 ${W5}
witness Y3 ${W6}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`

describe('a policy', () => {
  it.each([
    ['nested groups', NESTED],
    ['nothing but a quorum', 'quorum none\n'],
    [
      'space, comments and no last newline',
      `\n# a\n\t # b\n\twitness \t w  ${W1}  https://w/ \n\nquorum\tw`,
    ],
    ['addresses', `log ${LOG} https://log.example.com/\nwitness w ${W1} https://w/\nquorum w\n`],
    ['names outside ASCII', `witness 见证方 ${W1}\nquorum 见证方\n`],
    [
      'keywords as names',
      `witness all ${W1}\nwitness any ${W2}\ngroup group 2 all any\nquorum group\n`,
    ],
  ])('may have %s', (_, text) => {
    expect(parseTrustPolicy(text)).toBeDefined()
  })

  it.each([
    ['a control character', 'quorum none\n\u0001'],
    ['a carriage return', 'quorum none\r\n'],
    ['a delete character', '#\u007f\nquorum none\n'],
    ['an unknown keyword', 'quibble w1\nquorum none\n'],
    ['a comment behind a line', `witness w1 ${W1} https://w/ # comment\nquorum w1\n`],
    ['a log without key', 'log\nquorum none\n'],
    ['a log with a malformed key', 'log garbage\nquorum none\n'],
    ['a log with a witness key', `log ${W1}\nquorum none\n`],
    ['a log twice', `log ${LOG}\nlog ${LOG} https://log.example.com/\nquorum none\n`],
    ['a witness without key', 'witness w1\nquorum none\n'],
    ['a witness with a log key', `witness w1 ${LOG}\nquorum w1\n`],
    ['a witness named none', `witness none ${W1}\nquorum none\n`],
    ['a name twice', `witness w1 ${W1}\nwitness w1 ${W2}\nquorum w1\n`],
    ['a key twice', `witness w1 ${W1}\nwitness w2 ${W1}\nquorum w1\n`],
    ['a group named as a witness', `witness w1 ${W1}\ngroup w1 any w1\nquorum w1\n`],
    ['a group without members', `witness w1 ${W1}\ngroup g1 1\nquorum w1\n`],
    ['a group of all of nobody', 'group g1 all\nquorum g1\n'],
    ['a group named none', `witness w1 ${W1}\ngroup none any w1\nquorum none\n`],
    ['a threshold of zero', `witness w1 ${W1}\ngroup g1 0 w1\nquorum g1\n`],
    ['a negative threshold', `witness w1 ${W1}\ngroup g1 -1 w1\nquorum g1\n`],
    ['a threshold with a leading zero', `witness w1 ${W1}\ngroup g1 01 w1\nquorum g1\n`],
    [
      'a threshold that is an inherited name',
      `witness w1 ${W1}\ngroup g1 constructor w1\nquorum g1\n`,
    ],
    ['a threshold above its members', `witness w1 ${W1}\ngroup g1 2 w1\nquorum g1\n`],
    ['an unknown member', `witness w1 ${W1}\ngroup g1 any w2\nquorum g1\n`],
    ['a member from below', `group g1 any w1\nwitness w1 ${W1}\nquorum g1\n`],
    ['none as a member', `witness w1 ${W1}\ngroup g1 any none w1\nquorum g1\n`],
    ['a member twice in a group', `witness w1 ${W1}\ngroup g1 all w1 w1\nquorum g1\n`],
    [
      'a member in two groups',
      `witness w1 ${W1}\nwitness w2 ${W2}\ngroup g1 any w1 w2\ngroup g2 any w1\nquorum g1\n`,
    ],
    ['no quorum', `witness w1 ${W1}\n`],
    ['two quorums', `witness w1 ${W1}\nquorum w1\nquorum w1\n`],
    ['an unknown quorum', 'quorum unknown\n'],
    ['a quorum from below', `quorum w1\nwitness w1 ${W1}\n`],
    ['a quorum without name', 'quorum\n'],
    ['a quorum of two names', `witness w1 ${W1}\nquorum w1 w1\n`],
  ])('is refused with %s', (_, text) => {
    expect(parseTrustPolicy(text)).toBeUndefined()
  })
})

describe('a checkpoint', () => {
  const policy = required(parseTrustPolicy(NESTED))
  const checkpoint = signCheckpoint({ size: 0, root: EMPTY_ROOT }, log)

  it.each([
    ['all witnesses', [1, 2, 3, 4, 5, 6], true],
    ['the fewest that meet the quorum', [2, 3, 6], true],
    ['one too few of the first group', [1, 4, 5, 6], false],
    ['none of the second group', [1, 2, 3], false],
    ['nobody', [], false],
  ])('seen by %s', (_, numbers, ok) => {
    const signers = numbers.map((n) => required(witnesses[n - 1]))
    expect(checkCheckpoint(cosign(checkpoint, signers), policy).ok).toBe(ok)
  })

  it('is not seen by a witness whose cosignature is damaged, or whose time was changed', () => {
    const signers = [2, 3, 6].map((n) => required(witnesses[n - 1]))
    const lines = cosign(checkpoint, signers).split('\n')
    for (const at of [12, 20]) {
      const damaged = lines.map((line) =>
        line.startsWith('— witness.test/6') ? flipBase64(line, at) : line,
      )
      expect(checkCheckpoint(damaged.join('\n'), policy).ok).toBe(false)
    }
  })

  it('is rejected when nobody trusted signed it, whoever saw it', () => {
    const forged = signCheckpoint({ size: 0, root: EMPTY_ROOT }, seededSigner('x', log.origin))
    expect(checkCheckpoint(cosign(forged, witnesses), policy)).toMatchObject({
      ok: false,
      detail: { en: 'no trusted log signed this' },
    })
  })

  it('may be signed by any of several keys of its log, but never falsely by one', () => {
    const next = seededSigner('next key', log.origin)
    const keys = [log, next].map((signer) => `log ${formatVerifierKey(verifierKeyOf(signer))}\n`)
    const rotating = required(parseTrustPolicy(`${keys.join('')}quorum none\n`))
    const renewed = signCheckpoint({ size: 0, root: EMPTY_ROOT }, next)
    const line = renewed.slice(renewed.indexOf('— '))
    expect(checkCheckpoint(checkpoint, rotating).ok).toBe(true)
    expect(checkCheckpoint(renewed, rotating).ok).toBe(true)
    expect(checkCheckpoint(checkpoint + line, rotating).ok).toBe(true)
    expect(
      checkCheckpoint(`${checkpoint}${flipBase64(line.trimEnd(), 9)}\n`, rotating),
    ).toMatchObject({ ok: false, detail: { en: "the log's signature is wrong" } })
  })

  it('is rejected with the origin of another log', () => {
    const foreign = signCheckpoint({ size: 0, root: EMPTY_ROOT }, seededSigner('log', 'other/log'))
    expect(checkCheckpoint(foreign, policy)).toMatchObject({
      detail: { en: 'no trusted log has this origin' },
    })
  })
})

function witnessKey({ origin, publicKey }: Signer): string {
  return formatVerifierKey({ name: origin, type: 4, publicKey, id: keyIdOf(origin, 4, publicKey) })
}

/** Adds the lines of witnesses that saw the checkpoint at a fixed time. */
function cosign(note: string, signers: readonly Signer[]): string {
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  const time = 1_772_000_000n
  const lines = signers.map((signer) => {
    const signature = signer.sign(Buffer.from(`cosignature/v1\ntime ${time}\n${text}`))
    const stamp = Buffer.alloc(8)
    stamp.writeBigUInt64BE(time)
    const id = Buffer.from(keyIdOf(signer.origin, 4, signer.publicKey), 'hex')
    return `— ${signer.origin} ${encodeBase64(Buffer.concat([id, stamp, signature]))}\n`
  })
  return note + lines.join('')
}

/** Flips a bit of the decoded signature, leaving the key id alone. */
function flipBase64(line: string, at: number): string {
  const split = line.lastIndexOf(' ') + 1
  const bytes = Buffer.from(line.slice(split), 'base64')
  bytes.writeUInt8(bytes.readUInt8(at - 4) ^ 1, at - 4)
  return line.slice(0, split) + bytes.toString('base64')
}
