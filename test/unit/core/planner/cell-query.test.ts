/**
 * Goal: cell queries compute exactly the cells of `model/plan.ts`, for every column type.
 * Method: random rows, with NULL, NaN and values beyond the bounds; an oracle that adds them up
 * slowly in integers.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { latticeRange } from '../../../../src/core/planner/lattice.ts'
import { DataProduct } from '../../../../src/model/data-product.ts'
import type { Grant } from '../../../../src/model/grant.ts'
import { GRANTS } from '../../../support/demo-grants.ts'
import { EngineParser } from '../../../support/engine-parser.ts'
import { plan } from '../../../support/planner.ts'

const COLUMNS = [
  { name: 'real', type: 'DOUBLE', measure: { lower: '-2.5', upper: '30', step: '0.01' } },
  {
    name: 'price',
    type: 'DECIMAL(12,3)',
    measure: { lower: '-1.25', upper: '99.5', step: '0.01' },
  },
  { name: 'fine', type: 'DECIMAL(9,1)', measure: { lower: '0', upper: '50', step: '0.001' } },
  { name: 'whole', type: 'INTEGER', measure: { lower: '-20', upper: '70', step: '1' } },
  { name: 'tens', type: 'BIGINT', measure: { lower: '-95', upper: '95', step: '10' } },
  { name: 'decks', type: 'DECIMAL(10,2)', measure: { lower: '-95', upper: '95', step: '10' } },
  { name: 'small', type: 'SMALLINT', measure: { lower: '-5', upper: '5', step: '0.1' } },
] as const

const SALES = DataProduct.parse({
  id: 'sales',
  title: { en: 'sales', zh: '销售' },
  dataset: 'test',
  provider: 'test',
  grade: 'general-1',
  status: 'available',
  units: [{ unit: 'person', column: 'buyer' }],
  columns: [
    column('buyer', 'VARCHAR', ['join_key']),
    column('shop', 'VARCHAR', ['group_key', 'filter']),
    ...COLUMNS.map(({ name, type, measure }) => ({
      ...column(name, type, ['aggregate', 'filter']),
      nullable: true,
      measure,
    })),
  ],
})

function column(name: string, type: string, uses: readonly string[]) {
  return { name, title: { en: name, zh: name }, type, role: 'plain', uses }
}

function grantOver(base: Grant): Grant {
  const uses = Object.fromEntries(SALES.columns.map((each) => [each.name, each.uses]))
  return {
    ...base,
    agreement: { ...base.agreement, products: { sales: uses } },
    products: new Map([['sales', SALES]]),
  }
}

interface Row {
  readonly buyer: number
  readonly shop: string | null
  readonly values: readonly (string | null)[]
}

/** A small generator with a fixed seed. */
function makeRows(count: number): readonly Row[] {
  let state = 12345
  const next = (limit: number) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return Math.floor(state / 65536) % limit
  }
  return Array.from({ length: count }, () => ({
    buyer: next(40),
    shop: next(10) === 0 ? null : `s${next(5)}`,
    values: COLUMNS.map(({ type }) => {
      if (next(8) === 0) return null
      if (type === 'DOUBLE' && next(15) === 0) return next(2) === 0 ? 'nan' : 'inf'
      const scale = type === 'DOUBLE' ? 3 : Number(/,(\d)/.exec(type)?.[1] ?? 0)
      return ((next(240_000) - 100_000) / 1000).toFixed(scale)
    }),
  }))
}

/** Half away from zero on exact decimal digits. */
function lattice(text: string | null, place: number): bigint | undefined {
  const measure = COLUMNS[place]?.measure
  if (text === null || text === 'nan' || measure === undefined) return undefined
  const { lower, upper } = latticeRange(measure)
  if (text === 'inf') return upper
  const clamped = Math.min(Math.max(Number(text), Number(measure.lower)), Number(measure.upper))
  const milli = BigInt(Math.round(clamped * 1000))
  const step = BigInt(Math.round(Number(measure.step) * 1000))
  const size = milli < 0n ? -milli : milli
  const rounded = (2n * size + step) / (2n * step)
  const signed = milli < 0n ? -rounded : rounded
  expect(signed >= lower && signed <= upper).toBe(true)
  return signed
}

function groupBy<K>(all: readonly Row[], keyOf: (row: Row) => K): ReadonlyMap<K, readonly Row[]> {
  const groups = new Map<K, Row[]>()
  for (const row of all) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}

interface Limits {
  readonly rows: bigint
}

function expectedCells(rows: readonly Row[], limits: Limits | undefined): readonly string[] {
  const least = (a: bigint, b: bigint) => (a < b ? a : b)
  const cap = (n: bigint) => (limits === undefined ? n : least(n, limits.rows))
  const shops = groupBy(rows, ({ shop }) => shop)
  return [...shops]
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
    .map(([shop, inShop]) => {
      const buyers = [...groupBy(inShop, ({ buyer }) => buyer).values()]
      const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n)
      const measures = COLUMNS.map(({ measure }, place) => {
        const { lower, upper } = latticeRange(measure)
        const each = buyers.map((own) => {
          const present = own.flatMap(({ values }) => lattice(values[place] ?? null, place) ?? [])
          const n = cap(BigInt(present.length))
          const sum = total(present)
          const low = n * lower
          const high = n * upper
          const [, clamped = sum] = [low, sum, high].toSorted((a, b) => (a < b ? -1 : 1))
          return { n, s: clamped }
        })
        const sizes = each.map(({ s }) => (s < 0n ? -s : s)).sort((a, b) => (a < b ? 1 : -1))
        return [
          BigInt(each.filter(({ n }) => n > 0n).length),
          total(each.map(({ n }) => n)),
          total(each.map(({ s }) => s)),
          total(sizes.map((size) => size * size)),
          total(sizes),
          sizes[0] ?? 0n,
          sizes[1] ?? 0n,
        ]
      })
      const counts = [buyers.length, total(buyers.map((own) => cap(BigInt(own.length))))]
      return [shop, ...counts, ...measures.flat()].join(' ')
    })
}

describe('cell queries', () => {
  const rows = makeRows(900)
  let engine: EngineParser

  beforeAll(async () => {
    engine = await EngineParser.open()
    const types = COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ')
    await engine.run(
      `CREATE TABLE sales (buyer VARCHAR, shop VARCHAR, ${types}, __unit_person BIGINT)`,
    )
    const texts = rows.map(({ buyer, shop, values }) => {
      const cells = [`b${buyer}`, shop, ...values].map((cell) =>
        cell === null ? 'NULL' : `'${cell}'`,
      )
      return `(${cells.join(', ')}, ${buyer})`
    })
    await engine.run(`INSERT INTO sales VALUES ${texts.join(', ')}`)
  })

  const sums = COLUMNS.map(({ name }) => `sum(${name})`).join(', ')

  it('adds up contributions per unit, exactly', async () => {
    const planned = await plan(
      engine,
      `SELECT shop, ${sums} FROM sales GROUP BY shop`,
      grantOver(GRANTS.A),
    )
    const sql = planned.ok ? (planned.value.plan.releaseNodes[0]?.cellQueries[0]?.sql ?? '') : ''
    const answer = await engine.query(sql)
    expect(answer.rows.map((row) => row.join(' '))).toEqual(
      expectedCells(rows, undefined).map((text) => text.replace(/^null/, '')),
    )
  })

  it('bounds rows per unit and group under differential privacy', async () => {
    const grant = grantOver(GRANTS.dpA)
    const { rules } = grant.release
    const wide: Grant = {
      ...grant,
      release: {
        ...grant.release,
        rules: rules.mode === 'dp' ? { ...rules, maximumGroupsPerUnit: 64 } : rules,
      },
    }
    const planned = await plan(engine, `SELECT shop, ${sums} FROM sales GROUP BY shop`, wide)
    const sql = planned.ok ? (planned.value.plan.releaseNodes[0]?.cellQueries[0]?.sql ?? '') : ''
    const answer = await engine.query(sql, { salt: 'x' })
    expect(answer.rows.map((row) => row.join(' '))).toEqual(
      expectedCells(rows, { rows: 3n }).map((text) => text.replace(/^null/, '')),
    )
  })

  it('keeps so many groups of each unit, chosen by the salt alone', async () => {
    const sql = 'SELECT shop, count(*) FROM sales GROUP BY shop'
    const planned = await plan(engine, sql, grantOver(GRANTS.dpA))
    const cells = planned.ok ? (planned.value.plan.releaseNodes[0]?.cellQueries[0]?.sql ?? '') : ''
    const units = async (salt: string) =>
      (await engine.query(cells, { salt })).rows.map((row) => Number(row[1]))
    const first = await units('a')
    const groups = groupBy(rows, ({ buyer }) => buyer)
    const expected = [...groups.values()].map((own) =>
      Math.min(2, new Set(own.map(({ shop }) => shop)).size),
    )
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
    expect(total(first)).toBe(total(expected))
    expect(await units('a')).toEqual(first)
    expect(await units('b')).not.toEqual(first)
  })

  it('answers with one row where nothing qualifies and there is no key', async () => {
    const sql = "SELECT count(*), sum(price) FROM sales WHERE shop = 'none'"
    const planned = await plan(engine, sql, grantOver(GRANTS.A))
    const cells = planned.ok ? (planned.value.plan.releaseNodes[0]?.cellQueries[0]?.sql ?? '') : ''
    expect((await engine.query(cells)).rows).toEqual([Array(16).fill('0')])
  })
})
