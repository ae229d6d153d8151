import { describe, expect, it } from 'vitest'
import { buildReceipt, parseReceipt } from '../../../../src/core/transparency/receipt.ts'
import { parseTlogProof } from '../../../../src/core/transparency/tlog-proof.ts'
import { canonicalJson } from '../../../../src/model/canonical-json.ts'
import { jobId, RELEASED_JOB } from '../../../support/a-log.ts'
import { aReceiptedLog, digestOf, PREDICATE_TYPE, resultOf } from '../../../support/a-receipt.ts'
import { required } from '../../../support/required.ts'

const log = await aReceiptedLog(1)
const bytes = required(log.receipts[0])

describe('a receipt', () => {
  it('is one canonical document with recipes in both languages', () => {
    const document = JSON.parse(String(Buffer.from(bytes)))
    expect(String(Buffer.from(bytes))).toBe(canonicalJson(document))
    expect(Object.keys(document)).toEqual([
      'checkpoint',
      'events',
      'format',
      'job',
      'policy',
      'recipes',
      'statement',
    ])
    expect(document.recipes).toEqual({
      en: expect.stringContaining('verify_log.py'),
      zh: expect.stringContaining('verify_log.py'),
    })
  })

  it('has one proof file per event, each under the same checkpoint', () => {
    const { events, checkpoint } = required(parseReceipt(bytes))
    expect(events).toHaveLength(RELEASED_JOB.length)
    for (const { index, proof } of events)
      expect(parseTlogProof(proof)).toMatchObject({ index, checkpoint })
  })

  it('is not made without events', () => {
    const content = {
      job: jobId(0),
      digest: digestOf(resultOf(0)),
      predicateType: PREDICATE_TYPE,
      predicate: {},
      events: [],
      checkpoint: log.journal.checkpoint(),
      policy: log.policy,
    }
    expect(() => buildReceipt(content, log.signer)).toThrow('at least one event')
  })
})
