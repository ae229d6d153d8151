/**
 * Assembles a seccomp filter: classic BPF over the number and the arguments of a system call, as
 * `bwrap --seccomp` and `prctl(PR_SET_SECCOMP)` load it. Needs no native library.
 *
 * @see Linux `Documentation/userspace-api/seccomp_filter.rst`
 */

/** What a call is answered with. `kill` ends the whole process, with SIGSYS as its last word. */
export type Answer = 'allow' | 'kill' | { readonly errno: number }

/**
 * A condition on the low 32 bits of an argument. The calls that are judged by argument all take an
 * `int` there, or flags that the kernel cuts to 32 bits.
 */
export interface Condition {
  readonly argument: number
  readonly mask?: number
  readonly equals: readonly number[]
}

export interface Rule {
  readonly number: number
  readonly answer: Answer
  /** Where a condition does not hold, `otherwise` is the answer. */
  readonly when?: readonly Condition[]
  readonly otherwise?: Answer
}

export interface FilterPolicy {
  /** `AUDIT_ARCH_*`; a call of any other architecture kills. */
  readonly audit: number
  /** Numbers from here on belong to another call table (x32) and kill. */
  readonly foreignFrom?: number
  readonly rules: readonly Rule[]
  readonly otherwise: Answer
}

const LOAD = 0x20
const AND = 0x54
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const RETURN = 0x06

/** Offsets in `struct seccomp_data`. */
const NUMBER = 0
const ARCHITECTURE = 4
const ARGUMENTS = 16

const MAXIMUM_INSTRUCTIONS = 4096
/** A conditional jump counts in one byte. */
const LONGEST_JUMP = 255

interface Instruction {
  readonly code: number
  readonly ifTrue?: number
  readonly ifFalse?: number
  readonly operand: number
}

/** @throws {RangeError} A policy that does not fit into a program. */
export function assembleFilter(policy: FilterPolicy): Buffer {
  const program: Instruction[] = [
    { code: LOAD, operand: ARCHITECTURE },
    { code: JUMP_EQUAL, ifTrue: 1, operand: policy.audit },
    give('kill'),
    { code: LOAD, operand: NUMBER },
  ]
  if (policy.foreignFrom !== undefined)
    program.push({ code: JUMP_AT_LEAST, ifFalse: 1, operand: policy.foreignFrom }, give('kill'))
  for (const rule of policy.rules) program.push(...assembleRule(rule))
  program.push(give(policy.otherwise))
  if (program.length > MAXIMUM_INSTRUCTIONS) throw new RangeError('the filter is too long')
  return encode(program)
}

/** Every rule ends in an answer, so the accumulator still holds the number for the next rule. */
function assembleRule({ number, answer, when = [], otherwise = 'kill' }: Rule): Instruction[] {
  const body = [
    ...when.flatMap((condition) => assembleCondition(condition, otherwise)),
    give(answer),
  ]
  if (body.length > LONGEST_JUMP) throw new RangeError('a rule is too long')
  return [{ code: JUMP_EQUAL, ifFalse: body.length, operand: number }, ...body]
}

function assembleCondition(condition: Condition, otherwise: Answer): Instruction[] {
  const { argument, mask, equals } = condition
  const load = { code: LOAD, operand: ARGUMENTS + 8 * argument }
  const checks = equals.map((value, index) => ({
    code: JUMP_EQUAL,
    ifTrue: equals.length - index,
    operand: value,
  }))
  return [
    load,
    ...(mask === undefined ? [] : [{ code: AND, operand: mask }]),
    ...checks,
    give(otherwise),
  ]
}

function give(answer: Answer): Instruction {
  if (answer === 'allow') return { code: RETURN, operand: 0x7fff0000 }
  if (answer === 'kill') return { code: RETURN, operand: 0x80000000 }
  return { code: RETURN, operand: 0x00050000 | answer.errno }
}

/** `struct sock_filter`: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, ifTrue = 0, ifFalse = 0, operand }] of program.entries()) {
    const at = index * 8
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(ifTrue, at + 2)
    bytes.writeUInt8(ifFalse, at + 3)
    bytes.writeUInt32LE(operand >>> 0, at + 4)
  }
  return bytes
}
