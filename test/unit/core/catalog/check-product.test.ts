import { describe, expect, it } from 'vitest'
import { checkProduct } from '../../../../src/core/catalog/check-product.ts'
import { type Column, type DataProduct, UnitName } from '../../../../src/model/data-product.ts'
import { aColumn, aProduct, UNIT_COLUMN } from '../../../support/policy-builders.ts'

const unit = { unit: UnitName.parse('firm'), column: 'key' }

function problemsOf(change: Partial<DataProduct>): readonly string[] {
  return checkProduct(aProduct(change)).map((problem) => problem.replace('products/sales: ', ''))
}

function problemsOfColumn(change: Partial<Column>): readonly string[] {
  return problemsOf({ columns: [UNIT_COLUMN, aColumn(change)] }).map((problem) =>
    problem.replace('column "amount" ', ''),
  )
}

describe('checkProduct', () => {
  it('accepts a sound product', () => {
    expect(checkProduct(aProduct())).toEqual([])
  })

  it('opens every sentence with the file', () => {
    expect(checkProduct(aProduct({ columns: [] }))).toEqual([
      'products/sales: the column "key" of unit "firm" does not exist',
    ])
  })

  it('finds a column that is listed twice', () => {
    expect(problemsOf({ columns: [UNIT_COLUMN, aColumn(), aColumn()] })).toEqual([
      'column "amount" is listed twice',
    ])
  })

  it('finds a unit that is listed twice, or shares its column', () => {
    expect(problemsOf({ units: [unit, unit] })).toEqual([
      'unit "firm" is listed twice',
      'two units share column "key"',
    ])
  })

  it('demands plain columns where nobody is protected', () => {
    const plain = aColumn({ role: 'plain' })
    expect(problemsOf({ units: [], columns: [plain] })).toEqual([])
    expect(problemsOf({ units: [], columns: [plain, aColumn({ name: 'secret' })] })).toEqual([
      'protects no unit, yet column "secret" is not plain',
    ])
  })

  it.each([
    { change: { role: 'plain' }, problem: 'is not a direct identifier' },
    { change: { uses: [] }, problem: 'lacks the use join_key' },
    {
      change: { nullable: true },
      problem: 'may be null: rows of nobody would be protected by nothing',
    },
  ] as const)('finds a unit column that $problem', ({ change, problem }) => {
    const column = { ...UNIT_COLUMN, ...change, uses: [...(change.uses ?? UNIT_COLUMN.uses)] }
    expect(problemsOf({ columns: [column] })).toEqual([
      `the column "key" of unit "firm" ${problem}`,
    ])
  })

  it.each(['group_key', 'filter', 'aggregate'] as const)(
    'keeps %s away from direct identifiers',
    (use) => {
      const change = { type: 'VARCHAR', role: 'direct_identifier', uses: [use] } as const
      const { measure: _, ...column } = aColumn({ ...change, uses: [use] })
      expect(problemsOf({ columns: [UNIT_COLUMN, column] })).toEqual([
        `column "amount" is a direct identifier and may not have the use ${use}`,
      ])
    },
  )

  it('finds a use that is listed twice', () => {
    expect(problemsOfColumn({ uses: ['aggregate', 'aggregate'] })).toEqual([
      'lists the use aggregate twice',
    ])
  })
})

describe('measures', () => {
  it.each(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL(12,2)'])(
    'demands bounds for a summed %s',
    (type) => {
      const { measure: _, ...column } = aColumn({ type })
      expect(problemsOf({ columns: [UNIT_COLUMN, column] })).toEqual([
        'column "amount" is summed without measure bounds',
      ])
    },
  )

  it('lets a text be counted without bounds, but not carry them', () => {
    const { measure: _, ...column } = aColumn({ type: 'VARCHAR' })
    expect(problemsOf({ columns: [UNIT_COLUMN, column] })).toEqual([])
    expect(problemsOfColumn({ type: 'VARCHAR' })).toEqual([
      'has measure bounds but no numeric type',
    ])
  })

  it.each([
    { lower: '0', upper: '100', step: '0.01', problem: undefined },
    { lower: '-5', upper: '-1', step: '1', problem: undefined },
    {
      lower: '0',
      upper: '0.5',
      step: '1',
      problem: 'has bounds that are no multiples of its step 1',
    },
    {
      lower: '5',
      upper: '50',
      step: '10',
      problem: 'has bounds that are no multiples of its step 10',
    },
    {
      lower: '7',
      upper: '7',
      step: '1',
      problem: 'has a lower bound that is not below the upper one',
    },
    {
      lower: '8',
      upper: '7',
      step: '1',
      problem: 'has a lower bound that is not below the upper one',
    },
    { lower: '0', upper: '46116860184273879.04', step: '0.01', problem: undefined },
    {
      lower: '0',
      upper: '46116860184273879.05',
      step: '0.01',
      problem: 'has bounds beyond 2^62 steps: sums could overflow',
    },
    {
      lower: '-46116860184273879.05',
      upper: '0',
      step: '0.01',
      problem: 'has bounds beyond 2^62 steps: sums could overflow',
    },
  ])('judges [$lower, $upper] by $step', ({ problem, ...measure }) => {
    expect(problemsOfColumn({ measure })).toEqual(problem === undefined ? [] : [problem])
  })
})

describe('domains', () => {
  const plain = { role: 'plain', uses: ['group_key'] } as const

  function problemsOfDomain(type: string, domain: string[]): readonly string[] {
    const { measure: _, ...column } = aColumn({ ...plain, uses: ['group_key'], type, domain })
    return problemsOf({ columns: [UNIT_COLUMN, column] }).map((problem) =>
      problem.replace('column "amount" ', ''),
    )
  }

  it.each([
    { type: 'VARCHAR', domain: ['男', '女'] },
    { type: 'BOOLEAN', domain: ['false', 'true'] },
    { type: 'INTEGER', domain: ['-1', '0', '23'] },
  ])('accepts a list of $type', ({ type, domain }) => {
    expect(problemsOfDomain(type, domain)).toEqual([])
  })

  it.each([
    { type: 'VARCHAR', domain: [], problem: 'has an empty domain' },
    { type: 'VARCHAR', domain: ['a', 'b', 'a'], problem: 'lists the domain value "a" twice' },
    {
      type: 'INTEGER',
      domain: ['07'],
      problem: 'has the domain value "07", which is no canonical INTEGER',
    },
    {
      type: 'BOOLEAN',
      domain: ['yes'],
      problem: 'has the domain value "yes", which is no canonical BOOLEAN',
    },
    {
      type: 'VARCHAR',
      domain: [''],
      problem: 'has the domain value "", which is no canonical VARCHAR',
    },
    { type: 'DOUBLE', domain: ['1.5'], problem: 'has a domain, which type DOUBLE cannot have' },
  ])('finds that a list of $type $problem', ({ type, domain, problem }) => {
    expect(problemsOfDomain(type, domain)).toEqual([problem])
  })
})
