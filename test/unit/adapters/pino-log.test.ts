import { describe, expect, it } from 'vitest'
import { createPinoLog } from '../../../src/adapters/pino-log.ts'

describe('createPinoLog', () => {
  it('writes one JSON line per event, with fields, level and time, and nothing about the machine', () => {
    const lines: string[] = []
    const log = createPinoLog({ write: (line) => lines.push(line) })
    log.info({ status: 200 }, 'request')
    log.error({ error: 'TypeError' }, 'unhandled error')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, time: expect.stringMatching(/^\d{4}-.*Z$/), status: 200, msg: 'request' },
      { level: 50, time: expect.any(String), error: 'TypeError', msg: 'unhandled error' },
    ])
  })
})
