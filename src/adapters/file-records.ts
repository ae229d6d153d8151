/**
 * Append-only records in segment files. A record is durable once `append` resolves.
 *
 * Recovery is strict: an unreadable record is a torn tail, and dropped, only at the very end of the
 * last segment with nothing readable behind it. Any other damage refuses to open: dropping it
 * would lose entries that were acknowledged.
 */

import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../model/assert.ts'
import type { RecordStore } from '../pipeline/ports.ts'
import { makeFolder, OWNER_FILE, writeFully } from './durable-files.ts'
import {
  decodeFrame,
  encodeFrame,
  holdsFrame,
  MAX_FRAME_BYTES,
  MAX_RECORD_BYTES,
} from './record-frame.ts'
import { acquireWriterLock, type WriterLock } from './writer-lock.ts'

/** The files hold something else than whole records and at most one torn tail. */
export class RecordsDamaged extends Error {
  override readonly name = 'RecordsDamaged'
}

export interface FileRecordsOptions {
  /** A segment is closed when the next record would make it larger. */
  readonly segmentBytes?: number
}

const SEGMENT_BYTES = 64 * 1024 * 1024
const SEGMENT_NAME = /^\d{8}\.records$/
const SEGMENT_MAGIC = 'glovebox-records'
const SEGMENT_HEADER_BYTES = SEGMENT_MAGIC.length + 4

/**
 * Opens a folder for one writer. `read` to its end before the first `append`.
 *
 * @throws {WriterActive} Another live process has it open.
 * @throws {RecordsDamaged} A segment is missing.
 */
export async function openFileRecords(
  folder: string,
  options: FileRecordsOptions = {},
): Promise<RecordStore> {
  await makeFolder(folder)
  const lock = await acquireWriterLock(join(folder, 'lock'))
  try {
    const names = (await readdir(folder)).filter((name) => SEGMENT_NAME.test(name)).toSorted()
    if (names.some((name, number) => name !== segmentName(number)))
      throw new RecordsDamaged('a segment file is missing')
    const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    return new FileRecords({ folder, lock, segmentBytes, segments: names.length })
  } catch (error) {
    await lock.release()
    throw error
  }
}

interface OpenFolder {
  readonly folder: string
  readonly lock: WriterLock
  readonly segmentBytes: number
  readonly segments: number
}

class FileRecords implements RecordStore {
  readonly #folder: string
  readonly #lock: WriterLock
  readonly #segmentBytes: number
  #segments: number
  /** The last segment, once all records were read. */
  #file: FileHandle | undefined
  #length = 0
  #tornBytes = 0
  #isUsable = true

  constructor({ folder, lock, segmentBytes, segments }: OpenFolder) {
    this.#folder = folder
    this.#lock = lock
    this.#segmentBytes = segmentBytes
    this.#segments = segments
  }

  get tornBytes(): number {
    return this.#tornBytes
  }

  async *read(): AsyncIterable<Uint8Array> {
    let end = 0
    for (let number = 0; number < this.#segments; number++) {
      const bytes = await readFile(this.#path(number))
      end = this.#startOf(bytes, number)
      for (let frame = decodeFrame(bytes, end); frame; frame = decodeFrame(bytes, end)) {
        yield frame.record
        end = frame.end
      }
      if (end < bytes.length) this.#acceptTornTail(bytes, number, end)
    }
    if (this.#file === undefined) await this.#openLast(end)
  }

  async append(record: Uint8Array): Promise<void> {
    assert(record.length <= MAX_RECORD_BYTES, 'a record is at most 16 MiB')
    if (!this.#isUsable) throw new Error('the records are closed or failed before')
    this.#isUsable = false
    const frame = encodeFrame(record)
    const isFull = this.#length + frame.length > this.#segmentBytes
    if (isFull && this.#length > SEGMENT_HEADER_BYTES) await this.#startSegment()
    const file = this.#openFile()
    await writeFully(file, frame, this.#length)
    await file.datasync()
    this.#length += frame.length
    // Set only here: after any error above, what the disk holds is unknown until it is read again.
    this.#isUsable = true
  }

  async close(): Promise<void> {
    this.#isUsable = false
    await this.#file?.close()
    this.#file = undefined
    await this.#lock.release()
  }

  /** Offset of the first record. A last segment cut off in its header holds no record yet. */
  #startOf(bytes: Buffer, number: number): number {
    const header = segmentHeader(number)
    if (bytes.subarray(0, header.length).equals(header)) return header.length
    const isLast = number === this.#segments - 1
    if (isLast && bytes.length <= header.length) return 0
    throw new RecordsDamaged(`segment ${number} has no valid header`)
  }

  #acceptTornTail(bytes: Buffer, number: number, end: number): void {
    const isLast = number === this.#segments - 1
    if (!isLast || bytes.length - end > MAX_FRAME_BYTES || holdsFrame(bytes, end))
      throw new RecordsDamaged(`segment ${number} is damaged at byte ${end}`)
    if (this.#file === undefined) this.#tornBytes = bytes.length - end
  }

  /** Opens the last segment for writing, without its torn tail. */
  async #openLast(end: number): Promise<void> {
    if (this.#segments === 0) {
      await this.#startSegment()
      return
    }
    const number = this.#segments - 1
    const file = await open(this.#path(number), constants.O_RDWR)
    this.#file = file
    await file.truncate(end)
    if (end === 0) await writeFully(file, segmentHeader(number), 0)
    this.#length = Math.max(end, SEGMENT_HEADER_BYTES)
    await file.sync()
  }

  async #startSegment(): Promise<void> {
    await this.#file?.close()
    const number = this.#segments
    // Opened before the file is made: an error of the folder is lost if its handle comes later.
    const folder = await open(this.#folder, 'r')
    try {
      const file = await open(this.#path(number), 'wx', OWNER_FILE)
      this.#file = file
      this.#segments += 1
      this.#length = SEGMENT_HEADER_BYTES
      await writeFully(file, segmentHeader(number), 0)
      await file.sync()
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  #openFile(): FileHandle {
    assert(this.#file !== undefined, 'records are read to the end before one is appended')
    return this.#file
  }

  #path(number: number): string {
    return join(this.#folder, segmentName(number))
  }
}

function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.records`
}

function segmentHeader(number: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  header.write(SEGMENT_MAGIC, 0, 'latin1')
  header.writeUInt32LE(number, SEGMENT_MAGIC.length)
  return header
}
