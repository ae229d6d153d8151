import { describe, expect, it } from 'vitest'
import { openPublicTable } from '../../../../src/core/release/open-public-table.ts'
import { Confidential } from '../../../../src/model/confidential.ts'
import { aProduct } from '../../../support/dataset.ts'

const ROWS = { columns: [{ name: 'code', type: 'VARCHAR' }], rows: [['390102']] }
const REGION = aProduct('region', [{ name: 'code', type: 'VARCHAR' }])
const PEOPLE = aProduct(
  'people',
  [{ name: 'id', type: 'VARCHAR' }],
  [{ unit: 'person', column: 'id' }],
)

describe('openPublicTable', () => {
  it('hands on the rows of a product that protects nobody', () => {
    expect(openPublicTable('public_0', REGION, new Confidential([ROWS]))).toEqual({
      name: 'public_0',
      ...ROWS,
    })
  })

  it.each([
    ['a product with a privacy unit', PEOPLE],
    ['an unknown product', undefined],
  ])('refuses %s', (_, product) => {
    expect(() => openPublicTable('public_0', product, new Confidential([ROWS]))).toThrow(
      'protects no privacy unit',
    )
  })
})
