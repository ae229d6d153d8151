import { describe, expect, it } from 'vitest'
import { encodeRows, FRAME, OutputLimitError, ProtocolError } from '../../../sandbox/protocol.ts'
import { AnswerCollector } from '../../../src/adapters/answer-collector.ts'

const TABLES = { tables: 1, rows: 2, isText: false }
const TEXT = { tables: 0, rows: 0, isText: true }

const json = (message: object) => Buffer.from(JSON.stringify(message))
const HEAD = json({ columns: [{ name: 'a', type: 'BIGINT' }] })
const DONE = json({})

describe('AnswerCollector', () => {
  it('puts a table together', () => {
    const collector = new AnswerCollector(TABLES)
    expect(collector.accept(FRAME.head, HEAD)).toEqual({ kind: 'more' })
    collector.accept(FRAME.rows, encodeRows([['1']], 1))
    collector.accept(FRAME.rows, encodeRows([[null]], 1))
    expect(collector.accept(FRAME.done, DONE)).toMatchObject({
      kind: 'done',
      answer: { tables: [{ columns: [{ name: 'a', type: 'BIGINT' }], rows: [['1'], [null]] }] },
    })
  })

  it('puts text together, and passes on progress and failures', () => {
    const collector = new AnswerCollector(TEXT)
    const progress = collector.accept(FRAME.progress, json({ percent: 40 }))
    expect(progress).toEqual({ kind: 'progress', percent: 40 })
    for (const piece of ['tre', 'e']) collector.accept(FRAME.text, Buffer.from(piece))
    const done = collector.accept(FRAME.done, DONE)
    expect(done.kind === 'done' && Buffer.from(done.answer.text).toString()).toBe('tree')
    const failed = new AnswerCollector(TEXT).accept(FRAME.failed, json({ failure: 'cancelled' }))
    expect(failed).toEqual({ kind: 'failed', failure: 'cancelled' })
  })

  it('refuses more rows than were ordered', () => {
    const collector = new AnswerCollector(TABLES)
    collector.accept(FRAME.head, HEAD)
    collector.accept(FRAME.rows, encodeRows([['1'], ['2']], 1))
    expect(() => collector.accept(FRAME.rows, encodeRows([['3']], 1))).toThrow(OutputLimitError)
  })

  it.each([
    { why: 'the end comes before the table', frames: [[FRAME.done, DONE]] },
    { why: 'rows come before their columns', frames: [[FRAME.rows, encodeRows([['1']], 1)]] },
    {
      why: 'a table comes too many',
      frames: [
        [FRAME.head, HEAD],
        [FRAME.head, HEAD],
      ],
    },
    { why: 'a table has no columns', frames: [[FRAME.head, json({ columns: [] })]] },
    {
      why: 'rows are wider than their columns',
      frames: [
        [FRAME.head, HEAD],
        [FRAME.rows, encodeRows([['1', '2']], 2)],
      ],
    },
    { why: 'text comes for a table', frames: [[FRAME.text, Buffer.from('x')]] },
    { why: 'a frame has no place in an answer', frames: [[FRAME.ready, json({ engine: 'x' })]] },
  ] as const)('refuses an answer when $why', ({ frames }) => {
    const collector = new AnswerCollector(TABLES)
    const accept = () => {
      for (const [type, payload] of frames) collector.accept(type, payload)
    }
    expect(accept).toThrow(ProtocolError)
  })

  it('refuses a table where text was expected', () => {
    expect(() => new AnswerCollector(TEXT).accept(FRAME.head, HEAD)).toThrow(ProtocolError)
  })
})
