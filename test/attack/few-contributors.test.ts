/** Goal: a value rests on enough units with a value, not on enough units in its group. */

import { expect, it } from 'vitest'
import { releaseAll } from '../../src/core/release/release.ts'
import {
  aCell,
  aNode,
  aTable,
  type Contributions,
  NO_NOISE,
  sealed,
  THRESHOLD,
} from '../support/release-builders.ts'

it('withholds sums and means that three units of a large group make up', () => {
  const three: Contributions = [50n, 51n, 52n].map((value) => Array(10).fill(value) as bigint[])
  const silent: Contributions = Array.from({ length: 20 }, () => [null])
  const node = aNode()
  const tables = sealed(aTable([aCell(['a'], [...three, ...silent], node)], node))
  const result = releaseAll([{ node, tables, picoRho: 0n, noise: NO_NOISE }], THRESHOLD)
  if (!result.ok) throw new Error(result.problem.code)
  const [row] = result.value[0]?.rows ?? []
  const values = node.measures.flatMap(({ kind }, index) =>
    kind === 'sum' || kind === 'mean' ? [row?.[node.keys.length + index]] : [],
  )
  expect(values).toEqual(values.map(() => null))
})
