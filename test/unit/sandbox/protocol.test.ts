import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CONTROL_BYTES,
  decodeRows,
  decodeText,
  encodeControl,
  encodeFrame,
  encodeRows,
  FRAME,
  FROM_WORKER,
  FrameReader,
  OutputLimitError,
  PAYLOAD_BYTES,
  ProtocolError,
  parseDone,
  parseFailure,
  parseHead,
  parseOpening,
  parseOrder,
  parseProgress,
  parseReady,
} from '../../../sandbox/protocol.ts'

describe('FrameReader', () => {
  it('returns what was encoded, however the bytes are cut', () => {
    const frames = fc.array(
      fc.record({
        type: fc.constantFrom(FRAME.rows, FRAME.text, FRAME.done),
        payload: fc.uint8Array({ maxLength: 300 }),
      }),
    )
    fc.assert(
      fc.property(frames, fc.array(fc.nat(40)), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)))
        const received: { type: number; payload: Uint8Array }[] = []
        const reader = readerOf({}, (type, payload) =>
          received.push({ type, payload: new Uint8Array(payload) }),
        )
        let at = 0
        for (const length of [...cuts, stream.length]) {
          reader.push(stream.subarray(at, at + length))
          at = Math.min(at + length, stream.length)
        }
        expect(received).toEqual(sent)
      }),
    )
  })

  it.each([
    { why: 'a type that this side never sends', bytes: header(0, FRAME.order) },
    { why: 'an unknown type', bytes: header(0, 99) },
    { why: 'a length of 4 GiB', bytes: header(0xffff_ffff, FRAME.rows) },
    { why: 'rows just over the limit', bytes: header(PAYLOAD_BYTES + 1, FRAME.rows) },
    { why: 'a control frame just over its limit', bytes: header(CONTROL_BYTES + 1, FRAME.done) },
  ])('refuses $why before the payload arrives', ({ bytes }) => {
    expect(() => readerOf().push(bytes)).toThrow(ProtocolError)
  })

  it('accepts lengths exactly at the limits', () => {
    const reader = readerOf({ bytes: 2 ** 32 })
    expect(() => reader.push(header(PAYLOAD_BYTES, FRAME.rows))).not.toThrow()
    expect(() => readerOf().push(header(CONTROL_BYTES, FRAME.done))).not.toThrow()
  })

  it('caps the frames of an exchange, so that empty ones cannot keep it busy', () => {
    const reader = readerOf({ frames: 3 })
    const frame = encodeFrame(FRAME.text, new Uint8Array())
    expect(() => reader.push(Buffer.concat([frame, frame, frame]))).not.toThrow()
    expect(() => reader.push(frame)).toThrow('frame count')
  })

  it('caps the bytes of an exchange, and counts anew after a restart', () => {
    const reader = readerOf({ bytes: 20 })
    const frame = encodeFrame(FRAME.text, new Uint8Array(10))
    reader.push(frame)
    expect(() => reader.push(frame)).toThrow(OutputLimitError)
    const other = readerOf({ bytes: 20 })
    other.push(frame)
    other.restart()
    expect(() => other.push(frame)).not.toThrow()
  })
})

describe('control frames', () => {
  const opening = { kind: 'vault', threads: 2, memoryMiB: 512, path: '/data' }
  const compute = { task: 'compute', parts: 1, tables: ['t'], salt: 's', maximumRows: 5 }
  const post = {
    task: 'post',
    parts: 2,
    tables: [{ name: 'released_0', columns: [{ name: 'k0', type: 'VARCHAR' }] }],
    maximumRows: 5,
  }

  it.each([
    { parse: parseOpening, message: opening, value: opening },
    { parse: parseOrder, message: compute, value: compute },
    { parse: parseOrder, message: post, value: post },
    {
      parse: parseOrder,
      message: { task: 'parse', parts: 1 },
      value: { task: 'parse', parts: 1 },
    },
    {
      parse: parseOrder,
      message: { task: 'build', parts: 1, name: 'x' },
      value: { task: 'build', parts: 1, name: 'x' },
    },
    { parse: parseReady, message: { engine: 'v1' }, value: { engine: 'v1' } },
    { parse: parseProgress, message: { percent: 100 }, value: 100 },
    {
      parse: parseHead,
      message: { columns: [{ name: 'a', type: 'BIGINT' }] },
      value: [{ name: 'a', type: 'BIGINT' }],
    },
    { parse: parseDone, message: {}, value: undefined },
    { parse: parseFailure, message: { failure: 'cancelled' }, value: 'cancelled' },
  ])('reads $message', ({ parse, message, value }) => {
    expect(parse(Buffer.from(JSON.stringify(message)))).toEqual(value)
  })

  it.each([
    { parse: parseDone, text: '{bad' },
    { parse: parseDone, text: '[]' },
    { parse: parseDone, text: 'null' },
    { parse: parseDone, text: '{"rows":1}' },
    { parse: parseDone, text: '['.repeat(30_000) },
    { parse: parseReady, text: '{"engine":"v1","__proto__":{"polluted":1}}' },
    { parse: parseReady, text: '{"__proto__":{"engine":"v1"}}' },
    { parse: parseReady, text: '{"engine":1}' },
    { parse: parseProgress, text: '{"percent":101}' },
    { parse: parseProgress, text: '{"percent":-1}' },
    { parse: parseProgress, text: '{"percent":1.5}' },
    { parse: parseProgress, text: '{"percent":1e400}' },
    { parse: parseHead, text: '{"columns":[{"name":"a"}]}' },
    { parse: parseHead, text: '{"columns":"a"}' },
    { parse: parseHead, text: `{"columns":[${'1,'.repeat(5000)}1]}` },
    { parse: parseFailure, text: '{"failure":"Could not convert string"}' },
    { parse: parseFailure, text: '{"failure":"cancelled","detail":"x"}' },
    { parse: parseOpening, text: JSON.stringify({ ...opening, kind: 'root' }) },
    { parse: parseOpening, text: JSON.stringify({ ...opening, threads: 65 }) },
    { parse: parseOrder, text: JSON.stringify({ ...compute, task: 'drop' }) },
    { parse: parseOrder, text: JSON.stringify({ ...compute, parts: 1025 }) },
    { parse: parseOrder, text: JSON.stringify({ ...compute, tables: [1] }) },
    { parse: parseOrder, text: JSON.stringify({ ...post, tables: [{ name: 'x' }] }) },
    { parse: parseOrder, text: '"parse"' },
  ])('refuses $text', ({ parse, text }) => {
    expect(() => parse(Buffer.from(text))).toThrow(ProtocolError)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('refuses text that is not UTF-8', () => {
    expect(() => decodeText(Buffer.from([0x22, 0xff, 0x22]))).toThrow(ProtocolError)
  })

  it('does not send what the other side would refuse', () => {
    expect(() => encodeControl(FRAME.order, { sql: 'x'.repeat(CONTROL_BYTES) })).toThrow(RangeError)
  })
})

describe('rows', () => {
  const cell = fc.option(fc.string({ unit: 'grapheme' }))

  it('come back as they were sent', () => {
    const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.array(fc.array(cell, { minLength: columns, maxLength: columns })),
      }),
    )
    fc.assert(
      fc.property(table, ({ columns, rows }) => {
        expect(decodeRows(encodeRows(rows, columns), columns)).toEqual(rows)
      }),
    )
  })

  const bytes = encodeRows([['ab', null]], 2)

  it.each([
    { why: 'a shortened header', payload: bytes.subarray(0, 5) },
    { why: 'a shortened cell', payload: bytes.subarray(0, -1) },
    { why: 'bytes after the last cell', payload: Buffer.concat([bytes, Buffer.from([0])]) },
    { why: 'another number of columns', payload: patched((copy) => copy.writeUInt16LE(3, 4)) },
    { why: 'more rows than bytes', payload: patched((copy) => copy.writeUInt32LE(0xffff_ffff, 0)) },
    { why: 'a cell longer than the frame', payload: patched((copy) => copy.writeInt32LE(99, 6)) },
    { why: 'a negative length', payload: patched((copy) => copy.writeInt32LE(-2, 6)) },
    { why: 'text that is not UTF-8', payload: patched((copy) => copy.writeUInt8(0xff, 10)) },
  ])('refuse $why', ({ payload }) => {
    expect(() => decodeRows(payload, 2)).toThrow(ProtocolError)
  })

  it('refuse tables without columns, whose rows would cost nothing to claim', () => {
    const empty = Buffer.alloc(6)
    empty.writeUInt32LE(0xffff_ffff, 0)
    expect(() => decodeRows(empty, 0)).toThrow(ProtocolError)
  })

  it('must be rectangular and fit into one frame', () => {
    expect(() => encodeRows([['a'], ['b', 'c']], 1)).toThrow(RangeError)
    expect(() => encodeRows([['x'.repeat(PAYLOAD_BYTES)]], 1)).toThrow(RangeError)
  })

  function patched(change: (copy: Buffer) => void): Buffer {
    const copy = Buffer.from(bytes)
    change(copy)
    return copy
  }
})

function readerOf(
  limits: { frames?: number; bytes?: number } = {},
  onFrame: (type: number, payload: Buffer) => void = () => undefined,
): FrameReader {
  return new FrameReader({ types: FROM_WORKER, frames: 1000, bytes: 1 << 20, ...limits }, onFrame)
}

function header(length: number, type: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt8(type, 4)
  return bytes
}
