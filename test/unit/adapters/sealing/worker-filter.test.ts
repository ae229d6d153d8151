/**
 * Goal: the filter decides every system call as its policy says, on both architectures.
 *
 * Method: an independent interpreter of the program; the kernel's own verdict is taken by the
 * escape suite.
 */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assembleFilter } from '../../../../src/adapters/sealing/seccomp-program.ts'
import {
  type Architecture,
  numberOf,
  SYSTEM_CALLS,
  type SystemCall,
  systemCalls,
} from '../../../../src/adapters/sealing/system-calls.ts'
import {
  filterDigest,
  OWN_PID_MARKER,
  TRIPWIRES,
  workerFilter,
} from '../../../../src/adapters/sealing/worker-filter.ts'
import { judge } from '../../../support/bpf.ts'

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 }
const OWN_PID = 4711
const EPERM = 1
const ENOMEM = 12
const EACCES = 13
const ENOTTY = 25
const ENOSYS = 38

describe.each<Architecture>(['x64', 'arm64'])('on %s, the filter of a worker', (architecture) => {
  const reading = workerFilter({ architecture, mayWrite: false, ownPid: OWN_PID })
  const writing = workerFilter({ architecture, mayWrite: true, ownPid: OWN_PID })

  function decide(call: SystemCall, args: readonly number[] = [], filter = reading): unknown {
    const number = numberOf(call, architecture)
    if (number === undefined) return 'absent'
    return judge(filter, { audit: AUDIT[architecture], number, args })
  }

  it('lets it compute', () => {
    for (const call of systemCalls('read write mprotect futex epoll_pwait getrandom execve'))
      expect([call, decide(call)]).toEqual([call, 'allow'])
  })

  it.each(TRIPWIRES)('ends a process that calls %s', (call) => {
    expect(decide(call)).toBe('kill')
    expect(decide(call, [], writing)).toBe('kill')
  })

  it('fails what it does not know, so that libraries fall back', () => {
    const audit = AUDIT[architecture]
    for (const number of [700, 0x3fffffff]) expect(judge(reading, { audit, number })).toBe(ENOSYS)
    expect(decide('clone3')).toBe(ENOSYS)
    expect(decide('openat2')).toBe(ENOSYS)
  })

  it('opens no socket', () => {
    for (const call of systemCalls('socket socketpair connect bind sendto sendmsg recvmsg accept4'))
      expect([call, decide(call)]).toEqual([call, EPERM])
  })

  it.each<[string, SystemCall, readonly number[], unknown]>([
    ['a thread', 'clone', [0x3d0f00], 'allow'],
    ['a process', 'clone', [17], EPERM],
    ['a thread in a new user namespace', 'clone', [0x3d0f00 | 0x10000000], EPERM],
    ['a thread in a new time namespace', 'clone', [0x3d0f00 | 0x80], EPERM],
    ['reading a file', 'openat', [-100, 0, 0o2000000], 'allow'],
    ['opening a file to write', 'openat', [-100, 0, 1], EACCES],
    ['opening a file to read and write', 'openat', [-100, 0, 2], EACCES],
    ['creating a file', 'openat', [-100, 0, 0o100], EACCES],
    ['truncating a file while reading it', 'openat', [-100, 0, 0o1000], EACCES],
    ['an unnamed file', 'openat', [-100, 0, 0o20200002], EACCES],
    ['private memory', 'mmap', [0, 4096, 3, 0x22], 'allow'],
    ['a shared file mapping', 'mmap', [0, 4096, 1, 0x01], 'allow'],
    ['shared anonymous memory', 'mmap', [0, 4096, 3, 0x21], ENOMEM],
    ['validated shared anonymous memory', 'mmap', [0, 4096, 3, 0x23], ENOMEM],
    ['asking for bytes to read', 'ioctl', [0, 0x541b], 'allow'],
    ['typing into a terminal', 'ioctl', [0, 0x5412], ENOTTY],
    ['naming a thread', 'prctl', [15], 'allow'],
    ['adopting orphans', 'prctl', [36], EPERM],
    ['a lock', 'fcntl', [5, 6], 'allow'],
    ['directing signals at a stranger', 'fcntl', [5, 8], EPERM],
    ['its own limits', 'prlimit64', [0], 'allow'],
    ["another process's limits", 'prlimit64', [1], EPERM],
    ['ending itself', 'kill', [OWN_PID, 9], 'allow'],
    ['a signal to another process', 'kill', [1, 9], EPERM],
    ['a signal to everyone', 'kill', [-1, 9], EPERM],
    ['aborting', 'tgkill', [OWN_PID, OWN_PID, 6], 'allow'],
    ["a signal to another process's thread", 'tgkill', [1, 1, 9], EPERM],
  ])('%s', (_what, call, args, verdict) => {
    expect(decide(call, args)).toBe(verdict)
  })

  it('judges the half of an argument that the kernel reads', () => {
    expect(decide('openat', [0, 0, 2 ** 32 + 1])).toBe(EACCES)
    expect(decide('clone', [2 ** 40 + 17])).toBe(EPERM)
  })

  it('writes files only for a worker that owns a folder', () => {
    expect(decide('openat', [-100, 0, 0o101], writing)).toBe('allow')
    for (const call of systemCalls('renameat unlinkat mkdirat ftruncate pwrite64 fsync')) {
      expect([call, decide(call)]).toEqual([call, ENOSYS])
      expect([call, decide(call, [], writing)]).toEqual([call, 'allow'])
    }
    expect(decide('socket', [], writing)).toBe(EPERM)
  })

  it('ends a process that calls through another table', () => {
    const number = numberOf('read', architecture) ?? 0
    expect(judge(reading, { audit: 0x40000003, number })).toBe('kill')
    if (architecture === 'x64')
      expect(judge(reading, { audit: AUDIT.x64, number: number + 0x40000000 })).toBe('kill')
  })

  it('names what it allows by a digest', () => {
    const again = workerFilter({ architecture, mayWrite: false, ownPid: OWN_PID })
    expect(filterDigest(again)).toBe(filterDigest(reading))
    expect(filterDigest(writing)).not.toBe(filterDigest(reading))
  })
})

describe('the marker for a process id', () => {
  it('occurs where the id belongs and nowhere else', () => {
    const filter = workerFilter({ architecture: 'x64', mayWrite: true, ownPid: OWN_PID_MARKER })
    const places = Array.from({ length: filter.length / 8 }, (_, index) =>
      filter.readUInt32LE(index * 8 + 4),
    )
    expect(places.filter((operand) => operand === OWN_PID_MARKER)).toHaveLength(2)
  })
})

describe('assembleFilter', () => {
  it('refuses what the kernel would not load', () => {
    const many = Array.from({ length: 2100 }, (_, number) => ({ number, answer: 'allow' as const }))
    const policy = { audit: 1, rules: many, otherwise: 'kill' as const }
    expect(() => assembleFilter(policy)).toThrow('too long')
    const equals = Array.from({ length: 300 }, (_, value) => value)
    const when = [{ argument: 0, equals }]
    expect(() =>
      assembleFilter({ ...policy, rules: [{ number: 1, answer: 'allow', when }] }),
    ).toThrow('too long')
  })
})

describe('systemCalls', () => {
  it('knows every name it is given', () => {
    expect(() => systemCalls('read wirte')).toThrow('wirte')
  })

  const header = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h'
  it.runIf(existsSync(header))('numbers calls as the kernel does', () => {
    const text = readFileSync(header, 'utf8')
    const numbers = new Map(
      [...text.matchAll(/__NR_(\w+) (\d+)/g)].map(([, name = '', number]) => [
        name,
        Number(number),
      ]),
    )
    for (const [name, [number]] of Object.entries(SYSTEM_CALLS))
      expect([name, number]).toEqual([name, numbers.get(name)])
  })
})
