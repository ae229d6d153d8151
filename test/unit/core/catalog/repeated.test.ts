import { expect, it } from 'vitest'
import { repeated } from '../../../../src/core/catalog/repeated.ts'

it('names each repeated value once', () => {
  expect(repeated(['a', 'b', 'a', 'c', 'a', 'c'])).toEqual(['a', 'c'])
  expect(repeated([])).toEqual([])
})
