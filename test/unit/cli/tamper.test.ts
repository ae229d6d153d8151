import { describe, expect, it } from 'vitest'
import { tamperWithTime } from '../../../src/cli/tamper.ts'
import { bundlePath, createFakeLog } from '../../support/fake-log.ts'

const leafAt = (second: number, type = 'log.heartbeat') =>
  `{"body":{"note":"制"},"ts":"2026-01-05T08:00:0${second}.000Z","type":"${type}"}`

describe('tamperWithTime', () => {
  it('changes one bit of the entry it was asked for, and nothing else', async () => {
    const leaves = [leafAt(1), leafAt(2, 'result.released'), leafAt(3)]
    const { copy, files } = createFakeLog(leaves)
    const before = Buffer.from(files.get(bundlePath(3)) ?? [])
    const done = await tamperWithTime(copy, 3, (leaf) => leaf.includes('released'))
    expect(done).toEqual({
      index: 1,
      before: '2026-01-05T08:00:02',
      after: '2026-01-05T08:00:03',
    })
    const after = Buffer.from(files.get(bundlePath(3)) ?? [])
    const differing = [...before.keys()].filter((at) => before[at] !== after[at])
    expect(differing).toHaveLength(1)
    const [at = 0] = differing
    expect((before[at] ?? 0) ^ (after[at] ?? 0)).toBe(1)
  })

  it('takes the middle entry when none is wanted', async () => {
    const { copy } = createFakeLog([leafAt(1), leafAt(2), leafAt(3)])
    expect(await tamperWithTime(copy, 3, () => false)).toMatchObject({ index: 1 })
  })

  it('reads the full bundle of a log that has one', async () => {
    const { copy } = createFakeLog(Array.from({ length: 300 }, (_, index) => leafAt(index % 10)))
    expect(await tamperWithTime(copy, 300, () => false)).toMatchObject({ index: 128 })
  })

  it('changes nothing where there is no bundle', async () => {
    const { copy } = createFakeLog([leafAt(1)])
    expect(await tamperWithTime(copy, 2, () => true)).toBeUndefined()
  })
})
