/**
 * What a release costs per cell.
 * Question: does one core release 100,000 cells a second by threshold, and 10,000 values a second with noise?
 */

import { createNoiseSource, openNoiseStream } from '../../src/core/privacy/noise-stream.ts'
import { sampleDiscreteGaussian } from '../../src/core/privacy/samplers.ts'
import { releaseAll } from '../../src/core/release/release.ts'
import { Confidential } from '../../src/model/confidential.ts'
import type { ReleaseNode } from '../../src/model/plan.ts'
import {
  aCell,
  aNode,
  aTable,
  CROWD,
  PRIVACY,
  THRESHOLD,
} from '../../test/support/release-builders.ts'
import { runBenchmark } from '../harness.ts'

const CELLS = 10_000
const NOISED_CELLS = 200

const threshold = aNode()
const noised = aNode({ bounds: { maximumGroups: 1, maximumRows: 1 } })
const thresholdTables = tablesOf(threshold, CELLS)
const noisedTables = tablesOf(noised, NOISED_CELLS)

const digest = Buffer.alloc(32).toString('hex')
const noise = createNoiseSource(new Uint8Array(32), {
  releaseId: 'r',
  plan: digest as never,
  snapshot: digest as never,
  policy: digest as never,
  mechanism: '',
})
const rules = { ...THRESHOLD, maximumCells: CELLS }
const stream = openNoiseStream(new Uint8Array(32), Buffer.from('bench'))
const variance = { numerator: 100n, denominator: 1n }

runBenchmark('release', {
  [`threshold, ${CELLS} cells of four measures`]: () =>
    releaseAll([{ node: threshold, tables: thresholdTables, picoRho: 0n, noise }], rules),
  [`noise, ${NOISED_CELLS} cells of five values`]: () =>
    releaseAll([{ node: noised, tables: noisedTables, picoRho: 10n ** 16n, noise }], PRIVACY),
  'one draw from one long stream': () => sampleDiscreteGaussian(stream, variance),
})

function tablesOf(
  node: ReleaseNode,
  count: number,
): Confidential<readonly [ReturnType<typeof aTable>]> {
  const rows = Array.from({ length: count }, (_, i) => aCell([`region ${i}`], CROWD, node))
  return new Confidential([aTable(rows, node)] as const)
}
