import { describe, expect, it } from 'vitest'
import { fromCanonical, toCanonical } from '../../../../src/core/ledger/charge-record.ts'
import type { ChargeRecord } from '../../../../src/core/ledger/ledger.ts'
import { type CanonicalValue, canonicalJson } from '../../../../src/model/canonical-json.ts'
import type { JobId } from '../../../../src/model/job.ts'

const JOB = 'job_1' as JobId
const RECORD: ChargeRecord = {
  job: JOB,
  mode: 'dp',
  picoRho: 2n ** 60n,
  attoDelta: 10n ** 9n,
  scopes: ['operator:甘 "Data"', 'dataset:health/person'],
}

describe('charge records', () => {
  it('come back from the log as they went in', () => {
    const text = canonicalJson(toCanonical(RECORD))
    const body = JSON.parse(text) as Record<string, CanonicalValue>
    expect(fromCanonical(JOB, body)).toEqual(RECORD)
  })

  it.each([
    [{ mode: 'free' }, 'names its mode'],
    [{ picoRho: 5 }, 'whole numbers'],
    [{ picoRho: '-5' }, 'whole numbers'],
    [{ attoDelta: undefined }, 'whole numbers'],
    [{ scopes: 'operator:x' }, 'lists its scopes'],
    [{ scopes: ['planet:x'] }, 'names its scopes'],
    [{ scopes: [7] }, 'names its scopes'],
  ])('are refused with %o', (change, reason) => {
    expect(() => fromCanonical(JOB, { ...toCanonical(RECORD), ...change })).toThrow(reason)
  })
})
