import { describe, expect, it } from 'vitest'
import { checkAgreement } from '../../../../src/core/catalog/check-agreement.ts'
import type { Agreement } from '../../../../src/model/agreement.ts'
import { type DataProduct, UnitName } from '../../../../src/model/data-product.ts'
import {
  aColumn,
  anAgreement,
  aProduct,
  aRelease,
  thresholdRules,
  UNIT_COLUMN,
} from '../../../support/policy-builders.ts'

const region = aProduct({
  id: 'region',
  units: [],
  columns: [aColumn({ name: 'code', type: 'VARCHAR', role: 'plain', uses: ['join_key'] })],
})
const persons = aProduct({
  id: 'persons',
  units: [{ unit: UnitName.parse('person'), column: 'key' }],
  columns: [UNIT_COLUMN],
})
const numbered = aProduct({
  id: 'numbered',
  columns: [UNIT_COLUMN, aColumn({ name: 'code', role: 'plain', uses: ['join_key'] })],
})
const elsewhere = aProduct({ id: 'elsewhere', dataset: 'other' })

function problemsOf(
  change: Partial<Agreement>,
  products: readonly DataProduct[] = [aProduct(), region, persons, numbered, elsewhere],
  release = aRelease(),
): readonly string[] {
  return checkAgreement(
    anAgreement(change),
    new Map(products.map((product) => [product.id, product])),
    new Map([[release.name, release]]),
  ).map((problem) => problem.replace('agreements/AGR-1: ', ''))
}

describe('checkAgreement', () => {
  it('accepts a sound agreement', () => {
    expect(problemsOf({})).toEqual([])
  })

  it.each(['implementing_agency', 'operator'] as const)('demands a party as %s', (role) => {
    const parties = anAgreement().parties.filter((party) => party.role !== role)
    expect(problemsOf({ parties })).toEqual([`no party has the role ${role}`])
  })

  it('accepts a term of one day, and none that ends before it begins', () => {
    expect(problemsOf({ term: { from: '2026-05-01', to: '2026-05-01' } })).toEqual([])
    expect(problemsOf({ term: { from: '2026-05-02', to: '2026-05-01' } })).toEqual([
      'its term ends before it begins',
    ])
  })

  it.each([
    { products: {}, problem: 'it lists no product' },
    { products: { nothing: { a: ['filter'] } }, problem: 'product "nothing" does not exist' },
    {
      products: { sales: { nothing: ['filter'] } },
      problem: 'column "sales.nothing" does not exist',
    },
    {
      products: { sales: { amount: ['filter', 'aggregate'] } },
      problem: 'column "sales.amount" has no use filter in its product',
    },
    {
      products: { sales: { amount: ['aggregate', 'aggregate'] } },
      problem: 'column "sales.amount" lists the use aggregate twice',
    },
    {
      products: { sales: { amount: ['aggregate'] }, elsewhere: { amount: ['aggregate'] } },
      problem: 'its products are of more than one dataset',
    },
  ] satisfies { products: Agreement['products']; problem: string }[])(
    'finds that $problem',
    ({ products, problem }) => {
      expect(problemsOf({ products })).toEqual([problem])
    },
  )
})

describe('joins', () => {
  const products: Agreement['products'] = {
    sales: { key: ['join_key'], amount: ['aggregate'] },
    numbered: { key: ['join_key'], code: ['join_key'] },
    region: { code: ['join_key'] },
  }

  it('accepts a join of one unit with itself', () => {
    expect(problemsOf({ products, joins: [['sales.key', 'numbered.key']] })).toEqual([])
  })

  it.each([
    { path: 'sales.amount', why: 'granted another use only' },
    { path: 'sales.nothing', why: 'not there' },
    { path: 'nothing.key', why: 'of a product that is not there' },
    { path: 'persons.key', why: 'of a product that is not listed' },
  ])('refuses a column that is $why', ({ path }) => {
    expect(problemsOf({ products, joins: [['sales.key', path]] })).toEqual([
      `join column "${path}" is not granted the use join_key`,
    ])
  })

  it('refuses different types', () => {
    expect(problemsOf({ products, joins: [['numbered.code', 'region.code']] })).toEqual([
      'join of "numbered.code" and "region.code" compares different types',
    ])
  })

  it('refuses different units, and a unit with what is none', () => {
    const release = aRelease({ rules: thresholdRules({ firm: {}, person: {} }) })
    const listed = { ...products, persons: { key: ['join_key' as const] } }
    const joins: Agreement['joins'] = [
      ['sales.key', 'persons.key'],
      ['sales.key', 'region.code'],
    ]
    expect(problemsOf({ products: listed, joins }, undefined, release)).toEqual([
      'join of "sales.key" and "persons.key" compares different units',
      'join of "sales.key" and "region.code" compares different units',
    ])
  })
})

describe('release policy', () => {
  it('must exist', () => {
    expect(problemsOf({ release: 'nothing' })).toEqual(['release policy "nothing" does not exist'])
  })

  it('must have rules for every unit of every product, joined or not', () => {
    const products: Agreement['products'] = {
      sales: { amount: ['aggregate'] },
      persons: { key: ['join_key'] },
    }
    expect(problemsOf({ products })).toEqual([
      'release policy "firms" has no rules for unit "person"',
    ])
  })
})
