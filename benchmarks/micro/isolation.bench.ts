/**
 * What sealing costs per worker and per order.
 * Question: is a worker at level 3 ready within 20 ms of processor time of a plain one, and is an
 * order answered as fast? Run after `npm run build`; levels are interleaved, so that drift hits all.
 */

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { startWorker } from '../../src/adapters/start-worker.ts'
import type { Launcher } from '../../src/adapters/worker-launch.ts'
import { encodeOrder } from '../../src/adapters/worker-process.ts'
import { CANDIDATES, PROGRAM } from '../../test/support/launchers.ts'

const SAMPLES = 15
const ORDERS = 100
const TICK_MS = 10
const LIMITS = {
  startMs: 30_000,
  wallMs: 30_000,
  idleMs: 30_000,
  outputBytes: 1 << 20,
  cpuSeconds: 60,
}
const OPENING = { kind: 'parser', path: '', threads: 1, memoryMiB: 256 } as const

interface Sample {
  readonly readyMs: number
  readonly cpuMs: number
  readonly orderMs: number
}

const levels = CANDIDATES.map(({ mechanism, create }) => ({
  mechanism,
  launcher: create(),
  samples: [] as Sample[],
}))
for (const { launcher } of levels) await measure(launcher)
for (let sample = 0; sample < SAMPLES; sample++)
  for (const { launcher, samples } of levels) samples.push(await measure(launcher))

const machine = {
  cpu: cpus()[0]?.model,
  cores: availableParallelism(),
  node: process.version,
  load1m: loadavg()[0],
}
for (const { mechanism, launcher, samples } of levels) {
  const row = {
    suite: 'isolation',
    name: mechanism,
    readyMedianMs: median(samples.map(({ readyMs }) => readyMs)),
    cpuMeanMs: mean(samples.map(({ cpuMs }) => cpuMs)),
    orderMedianMs: median(samples.map(({ orderMs }) => orderMs)),
    samples: SAMPLES,
    machine,
  }
  process.stdout.write(`${JSON.stringify(row)}\n`)
  launcher.close()
}

async function measure(launcher: Launcher): Promise<Sample> {
  const start = performance.now()
  const worker = startWorker({ launcher, workerFile: PROGRAM.workerFile }, OPENING, LIMITS)
  await worker.ready
  const readyMs = performance.now() - start
  const cpuMs = treeMs(worker.pid ?? 0)
  const orders: number[] = []
  const expected = { tables: 0, rows: 0, isText: true }
  const order = encodeOrder({ task: 'parse', parts: 1 }, [Buffer.from('SELECT 1')], expected)
  for (let count = 0; count < ORDERS; count++) {
    const sent = performance.now()
    await worker.run(order)
    orders.push(performance.now() - sent)
  }
  await worker.stop()
  return { readyMs, cpuMs, orderMs: median(orders) }
}

/** Processor time of a process, of those it started and of those it has collected. */
function treeMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
  return children
    .filter(Boolean)
    .reduce((sum, child) => sum + treeMs(Number(child)), ticks * TICK_MS)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
