/** The C library functions that seal a process, called without native code of our own. */

import koffi from 'koffi'

const library = koffi.load(null)

/** `seccomp` loads `struct sock_fprog`: a length and a pointer. */
const FILTER_PROGRAM = koffi.struct('sock_fprog', { length: 'uint16_t', filter: 'void *' })

const callPrctl = library.func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong'])
const callPrctlFilter = library.func('prctl', 'int', [
  'int',
  'ulong',
  koffi.pointer(FILTER_PROGRAM),
  'ulong',
  'ulong',
])
const callSetrlimit = library.func('setrlimit', 'int', ['int', 'void *'])
const callFcntl = library.func('fcntl', 'int', ['int', 'int', 'int'])
const callExecve = library.func('execve', 'int', ['str', 'const char **', 'const char **'])
const callSystem3 = library.func('syscall', 'long', ['long', 'void *', 'size_t', 'uint32_t'])
const callSystem4 = library.func('syscall', 'long', ['long', 'int', 'int', 'void *', 'uint32_t'])
const callSystem2 = library.func('syscall', 'long', ['long', 'int', 'uint32_t'])

const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2
const F_SETFD = 2
/** The same numbers on every architecture. */
const LANDLOCK_CREATE_RULESET = 444
const LANDLOCK_ADD_RULE = 445
const LANDLOCK_RESTRICT_SELF = 446
const RULE_PATH_BENEATH = 1
const ASK_VERSION = 1

export function prctl(option: number, value: number): boolean {
  return callPrctl(option, value, 0, 0, 0) === 0
}

export function limit(resource: number, soft: number, hard: number): boolean {
  const limits = Buffer.alloc(16)
  limits.writeBigUInt64LE(BigInt(soft), 0)
  limits.writeBigUInt64LE(BigInt(hard), 8)
  return callSetrlimit(resource, limits) === 0
}

/** Loads a filter for this thread and for what it executes. */
export function seal(filter: Buffer): boolean {
  const program = { length: filter.length / 8, filter }
  return callPrctlFilter(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) === 0
}

export function clearCloseOnExec(descriptor: number): void {
  callFcntl(descriptor, F_SETFD, 0)
}

/** Returns only where it failed. */
export function execute(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  callExecve(command[0], [...command, null], [...settings, null])
}

/** Version of Landlock, or 0 without it. */
export function landlockVersion(): number {
  return Math.max(0, Number(callSystem3(LANDLOCK_CREATE_RULESET, null, 0, ASK_VERSION)))
}

/** Returns a descriptor, or a negative number. */
export function createRuleset(attributes: Buffer): number {
  return Number(callSystem3(LANDLOCK_CREATE_RULESET, attributes, attributes.length, 0))
}

export function addPathRule(ruleset: number, rule: Buffer): boolean {
  return Number(callSystem4(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0)) === 0
}

export function restrictSelf(ruleset: number): boolean {
  return Number(callSystem2(LANDLOCK_RESTRICT_SELF, ruleset, 0)) === 0
}

export function libraryError(): number {
  return koffi.errno()
}
