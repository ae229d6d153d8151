import { expect, it } from 'vitest'
import { policyDigest } from '../../../../src/core/catalog/policy-digest.ts'
import { anAgreement } from '../../../support/policy-builders.ts'

it('is the SHA-256 of the canonical text', () => {
  // printf '{"a":1,"b":"虚构"}' | sha256sum
  expect(policyDigest({ b: '虚构', a: 1 })).toBe(
    '88c7226dd7c488b2c9fd75f9f76ed7ebc59bd91f23f6eed6f1c94f742853d2fa',
  )
})

it('does not depend on the order of fields, and does on their values', () => {
  const { id, ...rest } = anAgreement()
  expect(policyDigest({ ...rest, id })).toBe(policyDigest(anAgreement()))
  expect(policyDigest(anAgreement({ version: 2 }))).not.toBe(policyDigest(anAgreement()))
})
