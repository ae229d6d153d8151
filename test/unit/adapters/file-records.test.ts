import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileRecords, RecordsDamaged } from '../../../src/adapters/file-records.ts'
import { WriterActive } from '../../../src/adapters/writer-lock.ts'
import type { RecordStore } from '../../../src/pipeline/ports.ts'
import { scratchFolder } from '../../support/scratch-folder.ts'

const TEXTS = ['first', '', 'third record', 'x'.repeat(300)]

describe('file records', () => {
  it('come back in order, over any number of openings and segments', async () => {
    const folder = scratchFolder()
    const all: string[] = []
    for (const text of TEXTS) {
      const records = await openFileRecords(folder, { segmentBytes: 100 })
      expect(await readAll(records)).toEqual(all)
      expect(records.tornBytes).toBe(0)
      await records.append(Buffer.from(text))
      await records.append(Buffer.from(`${text} again`))
      all.push(text, `${text} again`)
      expect(await readAll(records)).toEqual(all)
      await records.close()
    }
    expect(readdirSync(folder).length).toBeGreaterThan(3)
  })

  it('can be read by their owner only', async () => {
    const folder = join(scratchFolder(), 'records')
    const records = await openRead(folder)
    await records.append(Buffer.from('secret'))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, '00000000.records')).mode & 0o777).toBe(0o600)
    await records.close()
  })

  it('have one writer at a time', async () => {
    const folder = scratchFolder()
    const records = await openFileRecords(folder)
    await expect(openFileRecords(folder)).rejects.toThrow(WriterActive)
    await records.close()
    await (await openFileRecords(folder)).close()
  })

  it('accept nothing before they were read, nor after they were closed', async () => {
    const folder = scratchFolder()
    const unread = await openFileRecords(folder)
    await expect(unread.append(Buffer.from('early'))).rejects.toThrow('read to the end')
    await unread.close()
    const closed = await openRead(folder)
    await closed.close()
    await expect(closed.append(Buffer.from('late'))).rejects.toThrow('closed')
  })

  it('refuse a second append while one is under way', async () => {
    const records = await openRead(scratchFolder())
    const first = records.append(Buffer.from('first'))
    await expect(records.append(Buffer.from('second'))).rejects.toThrow('closed or failed')
    await first
    await records.close()
  })
})

describe('after a crash', () => {
  it('the last record cut at any byte is a torn tail, and the rest survives', async () => {
    const texts = ['first', '', 'last record']
    const original = await filled(texts)
    const whole = readFileSync(join(original, '00000000.records'))
    const start = whole.length - 12 - 'last record'.length
    for (let length = start; length < whole.length; length++) {
      const folder = copyOf(original, (file) => writeFileSync(file, whole.subarray(0, length)))
      const records = await openFileRecords(folder)
      expect(await readAll(records)).toEqual(texts.slice(0, -1))
      expect(records.tornBytes).toBe(length - start)
      await records.append(Buffer.from('new'))
      await records.close()
      const again = await openFileRecords(folder)
      expect(await readAll(again)).toEqual([...texts.slice(0, -1), 'new'])
      expect(again.tornBytes).toBe(0)
      await again.close()
      rmSync(folder, { recursive: true })
    }
  })

  it('a segment cut in its header holds no record yet', async () => {
    const original = await filled([])
    const whole = readFileSync(join(original, '00000000.records'))
    for (let length = 0; length < whole.length; length++) {
      const folder = copyOf(original, (file) => writeFileSync(file, whole.subarray(0, length)))
      const records = await openFileRecords(folder)
      expect(await readAll(records)).toEqual([])
      await records.append(Buffer.from('new'))
      await records.close()
      const again = await openFileRecords(folder)
      expect(await readAll(again)).toEqual(['new'])
      await again.close()
    }
  })

  it('zeroes and noise behind the last record are a torn tail', async () => {
    for (const tail of [
      Buffer.alloc(5000),
      Buffer.alloc(5000, 0x9e),
      Buffer.from('9e474201', 'hex'),
    ]) {
      const folder = copyOf(await filled(TEXTS), (file) =>
        writeFileSync(file, Buffer.concat([readFileSync(file), tail])),
      )
      const records = await openFileRecords(folder)
      expect(await readAll(records)).toEqual(TEXTS)
      expect(records.tornBytes).toBe(tail.length)
      await records.close()
    }
  })
})

describe('damage', () => {
  it('at any byte before the last record refuses to open', async () => {
    const original = await filled(['first', 'second', 'third'])
    const whole = readFileSync(join(original, '00000000.records'))
    const lastStart = whole.length - 12 - 5
    for (let at = 0; at < lastStart; at++) {
      const folder = copyOf(original, (file) => {
        const damaged = Buffer.from(whole)
        damaged.writeUInt8(whole.readUInt8(at) ^ 0x10, at)
        writeFileSync(file, damaged)
      })
      await expectDamaged(folder)
      // Refusing must not repair: the evidence stays as it is.
      expect(readFileSync(join(folder, '00000000.records')).length).toBe(whole.length)
    }
  })

  it('at the end of a segment that is not the last refuses to open', async () => {
    const folder = scratchFolder()
    const records = await openRead(folder, 100)
    for (const text of TEXTS) await records.append(Buffer.from(text))
    await records.close()
    const first = join(folder, '00000000.records')
    writeFileSync(first, readFileSync(first).subarray(0, -1))
    await expectDamaged(folder)
  })

  it('a missing or exchanged segment refuses to open', async () => {
    const folder = scratchFolder()
    const records = await openRead(folder, 60)
    for (const text of TEXTS) await records.append(Buffer.from(text))
    await records.close()
    const names = readdirSync(folder).filter((name) => name.endsWith('.records'))
    expect(names.length).toBeGreaterThan(2)
    const exchanged = copyOf(folder, (file) => cpSync(join(folder, names[1] ?? ''), file))
    await expectDamaged(exchanged)
    rmSync(join(folder, names[1] ?? ''))
    await expect(openFileRecords(folder)).rejects.toThrow(RecordsDamaged)
    // The failed opening gave the lock back.
    await expect(openFileRecords(folder)).rejects.toThrow(RecordsDamaged)
  })
})

async function filled(texts: readonly string[]): Promise<string> {
  const folder = scratchFolder()
  const records = await openRead(folder)
  for (const text of texts) await records.append(Buffer.from(text))
  await records.close()
  return folder
}

async function openRead(folder: string, segmentBytes = 1_000_000): Promise<RecordStore> {
  const records = await openFileRecords(folder, { segmentBytes })
  await readAll(records)
  return records
}

async function readAll(records: RecordStore): Promise<string[]> {
  const texts: string[] = []
  for await (const record of records.read()) texts.push(Buffer.from(record).toString())
  return texts
}

function copyOf(folder: string, change: (file: string) => void): string {
  const copy = scratchFolder()
  cpSync(folder, copy, { recursive: true })
  change(join(copy, '00000000.records'))
  return copy
}

async function expectDamaged(folder: string): Promise<void> {
  const records = await openFileRecords(folder)
  await expect(readAll(records)).rejects.toThrow(RecordsDamaged)
  await records.close()
}
