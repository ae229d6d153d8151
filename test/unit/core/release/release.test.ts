import { describe, expect, it } from 'vitest'
import {
  aCell,
  aNode,
  aTable,
  CROWD,
  FIRM,
  NO_NOISE,
  PERSON,
  release,
  sealed,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const NODE = aNode()
const ORDER = { node: NODE, rules: THRESHOLD, picoRho: 0n, noise: NO_NOISE }

describe('release', () => {
  it('names and types the keys as the plan and the engine do, and the values by their kind', () => {
    const result = release({ ...ORDER, tables: sealed(aTable([])) })
    expect(result).toEqual({
      ok: true,
      value: {
        name: 'released_0',
        columns: [
          { name: 'k0', type: 'VARCHAR' },
          { name: 'm0', type: 'BIGINT' },
          { name: 'm1', type: 'BIGINT' },
          { name: 'm2', type: 'DECIMAL(38,1)' },
          { name: 'm3', type: 'DOUBLE' },
        ],
        rows: [],
      },
    })
  })

  it('sorts by key whatever the order of arrival', () => {
    const keys = ['b', null, 'a', 'B']
    const tables = sealed(aTable(keys.map((key) => aCell([key], CROWD))))
    const result = release({ ...ORDER, tables })
    expect(result.ok && result.value.rows.map(([key]) => key)).toEqual([null, 'B', 'a', 'b'])
  })

  it('withholds a table of more cells than the policy allows', () => {
    const tables = sealed(aTable(['a', 'b', 'c'].map((key) => aCell([key], CROWD))))
    const answer = (maximumCells: number): unknown =>
      release({ ...ORDER, tables, rules: { ...THRESHOLD, maximumCells } })
    expect(answer(3)).toMatchObject({ ok: true })
    expect(answer(2)).toMatchObject({ ok: false, problem: { code: 'output-withheld' } })
  })

  it('counts towards that cap only what would leave', () => {
    const small = [[50n]]
    const rows = [aCell(['a'], CROWD), aCell(['b'], small), aCell(['c'], small)]
    const rules = { ...THRESHOLD, maximumCells: 1 }
    expect(release({ ...ORDER, tables: sealed(aTable(rows)), rules })).toMatchObject({ ok: true })
  })

  it('refuses a group that comes twice', () => {
    const tables = sealed(aTable([aCell(['a'], CROWD), aCell(['a'], CROWD)]))
    expect(() => release({ ...ORDER, tables })).toThrow('holds every group once')
  })

  it('refuses missing or surplus tables', () => {
    expect(() => release({ ...ORDER, tables: sealed() })).toThrow('every cell query has an answer')
    expect(() => release({ ...ORDER, tables: sealed(aTable([]), aTable([])) })).toThrow(
      'every cell query has an answer',
    )
  })

  it('refuses cell tables that disagree on the types of keys', () => {
    const cellQueries = [
      { unit: PERSON, sql: '' },
      { unit: FIRM, sql: '' },
    ]
    const table = aTable([])
    const other = { ...table, columns: table.columns.with(0, { name: 'k0', type: 'DATE' }) }
    const tables = sealed(table, other)
    expect(() => release({ ...ORDER, node: aNode({ cellQueries }), tables })).toThrow('agree')
  })

  it('refuses a unit that the policy does not know', () => {
    const rules = { ...THRESHOLD, units: {} }
    expect(() => release({ ...ORDER, tables: sealed(aTable([])), rules })).toThrow(
      'rules for every protected unit',
    )
  })
})
