/** Workers that break the protocol in one way each, as a worker that was taken over might. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Answers like an honest parser unless the statement names one of the behaviours. */
const SCRIPT = `
const net = require('node:net')
const line = new net.Socket({ fd: 3, readable: true, writable: true })
const die = () => process.kill(process.pid, 'SIGKILL')
line.on('end', die).on('close', die).on('error', die)
const raw = (length, type, bytes = Buffer.alloc(0)) => {
  const head = Buffer.alloc(5)
  head.writeUInt32LE(length, 0)
  head.writeUInt8(type, 4)
  line.write(Buffer.concat([head, bytes]))
}
const send = (type, bytes) => raw(bytes.length, type, bytes)
const json = (type, message) => send(type, Buffer.from(JSON.stringify(message)))
const READY = 16, PROGRESS = 17, HEAD = 18, ROWS = 19, TEXT = 20, DONE = 21, FAILED = 22
const honest = (text) => { send(TEXT, Buffer.from(text)); json(DONE, {}) }
const forever = (work) => { const again = () => { work(); setImmediate(again) }; again() }
const rows = (count, columns) => { const b = Buffer.alloc(6); b.writeUInt32LE(count, 0); b.writeUInt16LE(columns, 4); return b }
const behaviours = {
  GIANT_LENGTH: () => raw(0xffffffff, ROWS),
  UNKNOWN_TYPE: () => raw(1, 99, Buffer.from('x')),
  ORDER_BACK: () => json(2, { task: 'parse', parts: 1 }),
  BAD_JSON: () => send(DONE, Buffer.from('{bad')),
  DEEP_JSON: () => send(DONE, Buffer.from('['.repeat(60000))),
  POLLUTION: () => send(DONE, Buffer.from('{"__proto__":{"polluted":1}}')),
  LARGE_CONTROL: () => send(DONE, Buffer.alloc(70000, 32)),
  ENGINE_TEXT: () => json(FAILED, { failure: "Could not convert string 'SECRET'" }),
  FLOOD: () => { const mib = Buffer.alloc(1 << 20); forever(() => line.writableLength < 1e7 && send(TEXT, mib)) },
  TINY_FRAMES: () => { const e = Buffer.alloc(5 * 5000); for (let i = 0; i < 5000; i++) e.writeUInt8(TEXT, 5 * i + 4); forever(() => line.writableLength < 1e7 && line.write(e)) },
  SLOW: () => { setInterval(() => json(PROGRESS, { percent: 1 }), 50) },
  SILENT: () => {},
  PARTIAL: () => line.write(Buffer.from([100, 0, 0, 0, TEXT, 1, 2])),
  TABLES: () => { json(HEAD, { columns: [{ name: 'a', type: 'BIGINT' }] }) },
  ROWS_FIRST: () => send(ROWS, rows(0, 1)),
  AFTER_DONE: (text) => { honest(text); for (let i = 0; i < 10; i++) send(TEXT, Buffer.alloc(10)) },
  HALF_CLOSE: () => line.end(),
  STDERR: (text) => { for (let i = 0; i < 2000; i++) process.stderr.write('\\u001b[31mSECRET\\n'.repeat(50)); setTimeout(() => honest(text), 200) },
  EXIT: () => process.exit(0),
  ABORT: () => process.abort(),
  TRIPWIRE: () => process.kill(process.pid, 'SIGSYS'),
  PROCESSOR: () => process.kill(process.pid, 'SIGXCPU'),
}
let isOpen = false
let received = Buffer.alloc(0)
line.on('data', (chunk) => {
  received = Buffer.concat([received, chunk])
  while (received.length >= 5 && received.length >= 5 + received.readUInt32LE(0)) {
    const type = received.readUInt8(4)
    const payload = received.subarray(5, 5 + received.readUInt32LE(0))
    received = received.subarray(5 + payload.length)
    if (type === 1) json(READY, { engine: 'rogue' })
    if (type === 3) (behaviours[payload.toString()] ?? honest)(payload.toString())
  }
})
`

export function writeRogueWorker(folder: string): string {
  const path = join(folder, 'rogue-worker.cjs')
  writeFileSync(path, SCRIPT)
  return path
}

/** A worker that starts and never says that it is ready. */
export function writeMuteWorker(folder: string): string {
  const path = join(folder, 'mute-worker.cjs')
  writeFileSync(path, 'setInterval(() => undefined, 1000)')
  return path
}
