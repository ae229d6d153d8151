import { describe, expect, it } from 'vitest'
import type { ByteStream } from '../../../../src/core/privacy/byte-stream.ts'
import type { NoiseSource } from '../../../../src/core/privacy/noise-stream.ts'
import type { Measure, ReleaseNode } from '../../../../src/model/plan.ts'
import type { TextTable } from '../../../../src/model/table.ts'
import {
  aCell,
  aNode,
  aNoise,
  aTable,
  type Contributions,
  CROWD,
  FIRM,
  MEAN,
  PEOPLE,
  PERSON,
  PRIVACY,
  ROWS,
  release,
  SUM,
  sealed,
} from '../../../support/release-builders.ts'

const BOUNDS = { maximumGroups: 2, maximumRows: 3 }
const PRIVATE = aNode({ bounds: BOUNDS })
const PUBLIC = aNode({
  bounds: BOUNDS,
  keys: [{ column: 'k0', source: 'region', domain: ['north', 'south'] }],
})
/** So much rho that the noise is nearly always zero. */
const LOUD = 10n ** 22n

function rowsOf(
  node: ReleaseNode,
  rows: TextTable['rows'],
  change: { picoRho?: bigint; noise?: NoiseSource } = {},
): TextTable['rows'] {
  const { picoRho = LOUD, noise = aNoise(1) } = change
  const tables = sealed(aTable(rows, node))
  const result = release({ node, tables, rules: PRIVACY, picoRho, noise })
  if (!result.ok) throw new Error(result.problem.code)
  return result.value.rows
}

function crowd(size: number): Contributions {
  return Array.from({ length: size }, () => [25n])
}

describe('release with noise', () => {
  it('is the exact answer when rho is beyond measure', () => {
    expect(rowsOf(PRIVATE, [aCell(['a'], CROWD, PRIVATE)])).toEqual([
      ['a', '20', '20', '59.0', '2.95'],
    ])
  })

  it('noises every value of every cell', () => {
    const rows = ['a', 'b', 'c', 'd'].map((key) => aCell([key], crowd(5000), PRIVATE))
    const noised = rowsOf(PRIVATE, rows, { picoRho: 5_000_000_000n })
    for (const column of [1, 2, 3, 4]) {
      expect(new Set(noised.map((row) => row[column])).size).toBeGreaterThan(2)
    }
  })

  it('repeats its bytes for the same noise and changes them with the key', () => {
    const rows = [aCell(['a'], crowd(5000), PRIVATE)]
    const answer = (seed: number): unknown =>
      rowsOf(PRIVATE, rows, { picoRho: 5_000_000_000n, noise: aNoise(seed) })
    expect(answer(1)).toEqual(answer(1))
    expect(answer(1)).not.toEqual(answer(2))
  })

  it('gives a cell the same noise whatever other cells there are', () => {
    const alone = rowsOf(PRIVATE, [aCell(['b'], crowd(5000), PRIVATE)], { picoRho: 10n ** 10n })
    const joined = rowsOf(
      PRIVATE,
      ['a', 'b', 'c'].map((key) => aCell([key], crowd(5000), PRIVATE)),
      { picoRho: 10n ** 10n },
    )
    expect(joined[1]).toEqual(alone[0])
  })

  it('never opens one stream twice', () => {
    const opened: string[] = []
    const real = aNoise(1)
    const noise: NoiseSource = (index, key): ByteStream => {
      opened.push(`${index}:${Buffer.from(key).toString('hex')}`)
      return real(index, key)
    }
    const rows = ['a', 'b'].map((key) => aCell([key], crowd(5000), PRIVATE))
    rowsOf(PRIVATE, rows, { noise, picoRho: 10n ** 10n })
    expect(opened).toHaveLength(2 * 5) // units, rows, sum, and two for the mean
    expect(new Set(opened).size).toBe(opened.length)
  })
})

describe('private groups', () => {
  it('appear from the threshold on: nearly without noise, from two units', () => {
    const rows = [aCell(['a'], crowd(1), PRIVATE), aCell(['b'], crowd(2), PRIVATE)]
    expect(rowsOf(PRIVATE, rows).map(([key]) => key)).toEqual(['b'])
  })

  it('are judged on the count that is released with them', () => {
    const rows = Array.from({ length: 40 }, (_, i) => aCell([`${i}`], crowd(60), PRIVATE))
    const released = rowsOf(PRIVATE, rows, { picoRho: 8n * 5_000_000_000n })
    expect(released.length).toBeGreaterThan(0)
    expect(released.length).toBeLessThan(40)
    // Four aggregates and two groups: a variance of 100 for the count, hence a threshold of 63.
    expect(Math.min(...released.map(([, units]) => Number(units)))).toBeGreaterThanOrEqual(63)
  })

  it('are judged on a hidden count where none is asked for', () => {
    const node = aNode({ bounds: BOUNDS, measures: [SUM] })
    const rows = [aCell(['a'], crowd(1), node), aCell(['b'], crowd(2), node)]
    expect(rowsOf(node, rows)).toEqual([['b', '5.0']])
  })
})

describe('public groups', () => {
  it('always appear, with noise where there is no data', () => {
    const quiet = rowsOf(PUBLIC, [])
    expect(quiet).toEqual([
      ['north', '0', '0', '0.0', '50'],
      ['south', '0', '0', '0.0', '50'],
    ])
    const noisy = rowsOf(PUBLIC, [], { picoRho: 5_000_000_000n })
    expect(noisy.map(([key]) => key)).toEqual(['north', 'south'])
    expect(noisy).not.toEqual(quiet)
  })

  it('do not include what is outside the list', () => {
    const rows = [aCell(['west'], CROWD, PUBLIC), aCell([null], CROWD, PUBLIC)]
    expect(rowsOf(PUBLIC, rows)).toEqual(rowsOf(PUBLIC, []))
  })

  it('may come without any measure', () => {
    const node = aNode({ ...PUBLIC, measures: [] })
    expect(rowsOf(node, [])).toEqual([['north'], ['south']])
  })
})

describe('means', () => {
  const signed: Measure = {
    ...MEAN,
    kind: 'mean',
    bounds: { lower: '-30', upper: '10', step: '5' },
  }
  const node = aNode({ ...PUBLIC, measures: [signed] })

  it('are centred on the middle of the clamp and come back exactly', () => {
    const values: Contributions = [[-6n, 2n], [1n], [null], [-4n]]
    const [north] = rowsOf(node, [aCell(['north'], values, node)])
    expect(north).toEqual(['north', '-8.75'])
  })

  it('stay within the clamp whatever the noise', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = rowsOf(node, [], { picoRho: 1_000_000n, noise: aNoise(seed) })
      for (const [, mean] of rows) {
        expect(Number(mean)).toBeGreaterThanOrEqual(-30)
        expect(Number(mean)).toBeLessThanOrEqual(10)
      }
    }
  })

  it('need no noise where the clamp leaves one value', () => {
    const fixed: Measure = { ...MEAN, kind: 'mean', bounds: { lower: '7', upper: '7', step: '1' } }
    const constant = aNode({ ...PUBLIC, measures: [fixed] })
    expect(rowsOf(constant, [], { picoRho: 1_000_000n })[0]).toEqual(['north', '7'])
  })
})

describe('refusals', () => {
  const order = { rules: PRIVACY, picoRho: LOUD, noise: aNoise(1) }

  it('fails closed on two protected units', () => {
    const node = aNode({
      bounds: BOUNDS,
      cellQueries: [
        { unit: PERSON, sql: '' },
        { unit: FIRM, sql: '' },
      ],
    })
    const tables = sealed(aTable([], node), aTable([], node))
    expect(() => release({ ...order, node, tables })).toThrow('protects one unit')
  })

  it('fails closed on missing bounds', () => {
    const unbounded = aNode({ bounds: { maximumRows: 1 }, measures: [PEOPLE] })
    const loose = aNode({ bounds: { maximumGroups: 1 }, measures: [ROWS] })
    const answer = (node: ReleaseNode) => () =>
      release({ ...order, node, tables: sealed(aTable([], node)) })
    expect(answer(unbounded)).toThrow('bounds the groups of a unit')
    expect(answer(loose)).toThrow('bounds the rows of a unit')
  })
})
