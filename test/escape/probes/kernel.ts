/** Calls the kernel directly, as native code in a worker would. */

import koffi from 'koffi'
import {
  hostArchitecture,
  numberOf,
  type SystemCall,
} from '../../../src/adapters/sealing/system-calls.ts'

type Argument = number | bigint | string | Buffer | null

const library = koffi.load(null)
const invoke = library.func('syscall', 'long', ['long', ...Array<string>(6).fill('void *')])
const copyMemory = library.func('memcpy', 'void *', ['void *', 'void *', 'size_t'])

/** Something stopped the attempt; the error number says what. */
export class Blocked extends Error {
  readonly errno: number

  constructor(errno: number) {
    super(`error ${errno}`)
    this.errno = errno
  }
}

/** @throws {Blocked} Where the kernel refuses. */
export function call(name: SystemCall, ...args: readonly Argument[]): number {
  return callNumber(numberOf(name, hostArchitecture()), ...args)
}

/**
 * @param number Of the call; `undefined` where this processor has none.
 * @throws {Blocked} Where the kernel refuses.
 */
export function callNumber(number: number | undefined, ...args: readonly Argument[]): number {
  const ENOSYS = 38
  if (number === undefined) throw new Blocked(ENOSYS)
  const passed = Array.from({ length: 6 }, (_, index) => encode(args[index] ?? null))
  const result = Number(invoke(number, ...passed))
  if (result === -1) throw new Blocked(koffi.errno())
  return result
}

/** Places machine code in memory and runs it. */
export function runCode(bytes: readonly number[]): number {
  const READ_WRITE_EXECUTE = 7
  const PRIVATE_ANONYMOUS = 0x22
  const address = BigInt(call('mmap', 0, 4096, READ_WRITE_EXECUTE, PRIVATE_ANONYMOUS, -1, 0))
  copyMemory(address, Buffer.from(bytes), bytes.length)
  return Number(koffi.call(address, koffi.proto('int code()')))
}

function encode(argument: Argument): bigint | Buffer | null {
  if (typeof argument === 'string') return Buffer.from(`${argument}\0`)
  if (typeof argument === 'number') return BigInt.asUintN(64, BigInt(argument))
  return argument
}
