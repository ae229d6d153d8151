import { expect, it } from 'vitest'
import { decodeRecord, encodeRecord } from '../../../src/pipeline/journal-record.ts'

const RECORD = { leaves: ['one', 'two'].map((text) => Buffer.from(text)), checkpoint: 'note — x\n' }

it('holds a count, the entries and the checkpoint', () => {
  const bytes = encodeRecord(RECORD)
  expect(bytes).toEqual(Buffer.from('\0\0\0\x02\0\x03one\0\x03twonote — x\n'))
  expect(decodeRecord(bytes)).toEqual(RECORD)
})

it('is refused when it is cut in its entries, or its checkpoint is no text', () => {
  const bytes = encodeRecord({ ...RECORD, checkpoint: '' })
  for (let length = 0; length < bytes.length; length++)
    expect(decodeRecord(bytes.subarray(0, length))).toBeUndefined()
  expect(decodeRecord(Buffer.concat([bytes, Uint8Array.of(0xff)]))).toBeUndefined()
})
