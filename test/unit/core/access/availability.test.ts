import { expect, it } from 'vitest'
import { checkAvailable } from '../../../../src/core/access/availability.ts'
import { aProduct } from '../../../support/policy-builders.ts'

it.each([
  { product: aProduct(), code: 'available' },
  { product: aProduct({ status: 'negative_list' }), code: 'negative-list' },
  { product: aProduct({ status: 'emergency_only' }), code: 'emergency-only' },
  { product: aProduct({ status: 'no_provider_consent' }), code: 'no-provider-consent' },
  { product: aProduct({ grade: 'important' }), code: 'available' },
  { product: aProduct({ grade: 'core' }), code: 'core-data' },
  { product: aProduct({ grade: 'core', status: 'negative_list' }), code: 'core-data' },
])('answers $code for status $product.status and grade $product.grade', ({ product, code }) => {
  const decision = checkAvailable(product)
  expect(decision.ok ? 'available' : decision.problem.code).toBe(code)
})
