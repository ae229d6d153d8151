/** Runs a seccomp filter as the kernel would, on the calls that it is meant to judge. */

import { required } from './required.ts'

export interface SystemCallAttempt {
  readonly audit: number
  readonly number: number
  readonly args?: readonly number[]
}

/** `allow`, `kill`, or the errno that the caller gets. */
export function judge(filter: Buffer, { audit, number, args = [] }: SystemCallAttempt): unknown {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number >>> 0, 0)
  data.writeUInt32LE(audit, 4)
  for (const [index, value] of args.entries())
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + 8 * index)
  let accumulator = 0
  for (let at = 0; ; at += 8) {
    const operand = filter.readUInt32LE(at + 4)
    const jump = (holds: boolean) => {
      at += 8 * filter.readUInt8(at + (holds ? 2 : 3))
    }
    const step = required(STEPS[filter.readUInt16LE(at)])
    if (step === 'return') return meaning(operand)
    if (step === 'load') accumulator = data.readUInt32LE(operand)
    else if (step === 'and') accumulator = (accumulator & operand) >>> 0
    else jump(step === 'equal' ? accumulator === operand : accumulator >= operand)
  }
}

const STEPS: Readonly<Record<number, 'load' | 'and' | 'equal' | 'at least' | 'return'>> = {
  32: 'load',
  84: 'and',
  21: 'equal',
  53: 'at least',
  6: 'return',
}

function meaning(value: number): unknown {
  if (value === 0x7fff0000) return 'allow'
  if (value === 0x80000000) return 'kill'
  return value >>> 16 === 5 ? value & 0xffff : 'unknown'
}
