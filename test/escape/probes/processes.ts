/** Starting processes, and reaching those of others. */

import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { call, callNumber } from './kernel.ts'
import { demand, type Probes } from './probe.ts'

const X64 = process.arch === 'x64'
const SIGCHLD = 17
const CLONE_VFORK = 0x4000
const NEW_USER = 0x10000000
const NEW_NETWORK = 0x40000000
const SEIZE = 0x4206
const RLIM_INFINITY = 2n ** 63n

/** A copy of this process, which ends at once. */
function clone(flags: number): void {
  const child = call('clone', flags, 0, 0, 0, 0)
  if (child === 0) call('exit_group', 0)
}

export const PROCESSES: Probes = {
  proc_fork: () => clone(SIGCHLD),
  proc_vfork: () => clone(SIGCHLD | CLONE_VFORK),
  proc_clone3: () => {
    const args = Buffer.alloc(64)
    args.writeBigUInt64LE(BigInt(SIGCHLD), 32)
    if (call('clone3', args, 64) === 0) call('exit_group', 0)
  },
  proc_spawn: () => {
    const { error } = spawnSync(process.execPath, ['--version'])
    if (error !== undefined) throw error
  },
  ns_unshare_user: () => call('unshare', NEW_USER),
  ns_unshare_network: () => call('unshare', NEW_USER | NEW_NETWORK),
  ns_clone_user: () => clone(SIGCHLD | NEW_USER),
  ns_setns: () => call('setns', 0, 0),
  proc_ptrace_gateway: ({ victim }) => call('ptrace', SEIZE, victim, 0, 0),
  proc_ptrace_traceme: () => call('ptrace', 0, 0, 0, 0),
  proc_vm_readv: ({ victim }) => reach('process_vm_readv', victim),
  proc_vm_writev: ({ victim }) => reach('process_vm_writev', victim),
  proc_kill_gateway: ({ victim }) => call('kill', victim, 0),
  proc_kill_all: () => call('kill', -1, 0),
  proc_kill_group: () => call('kill', 0, 0),
  proc_tkill_gateway: ({ victim }) => call('tkill', victim, 0),
  proc_tgkill_gateway: ({ victim }) => call('tgkill', victim, victim, 0),
  proc_sigqueue: ({ victim }) => callNumber(X64 ? 129 : 138, victim, 0, signalInfo()),
  proc_signal_by_owner: ({ victim }) => call('fcntl', 3, 8, victim),
  proc_pidfd: ({ victim }) => call('pidfd_open', victim, 0),
  proc_pidfd_getfd: () => call('pidfd_getfd', 0, 0, 0),
  proc_pidfd_signal: () => callNumber(424, 0, 0, null, 0),
  proc_limits_of_gateway: ({ victim }) => call('prlimit64', victim, 7, null, Buffer.alloc(16)),
  proc_limit_raise: () => {
    const more = Buffer.alloc(16, 0xff)
    call('prlimit64', 0, 2, more, null)
  },
  proc_affinity_of_gateway: ({ victim }) => {
    const all = Buffer.alloc(8, 0xff)
    callNumber(X64 ? 203 : 122, victim, 8, all)
  },
  proc_priority_of_gateway: ({ victim }) => callNumber(X64 ? 141 : 140, 0, victim, 19),
  proc_read_priority: ({ victim }) => callNumber(X64 ? 140 : 141, 0, victim),
  proc_realtime: () => callNumber(X64 ? 144 : 119, 0, 1, Buffer.from([1, 0, 0, 0])),
  proc_session: () => callNumber(X64 ? 112 : 157),
  proc_setuid: () => call('setuid', 0),
  proc_setgid: () => call('setgid', 0),
  proc_setgroups: () => callNumber(X64 ? 116 : 159, 0, null),
  proc_subreaper: () => call('prctl', 36, 1, 0, 0, 0),
  proc_keep_capabilities: () => call('prctl', 8, 1, 0, 0, 0),
  proc_outlive_gateway: () => call('prctl', 1, 0, 0, 0, 0),
  proc_execveat: () => call('execveat', -100, process.execPath, null, null, 0),
  proc_memfd_exec: () =>
    call('execve', `/proc/self/fd/${call('memfd_create', 'x', 0)}`, null, null),
  proc_shell_exec: () => call('execve', '/bin/true', null, null),
  proc_terminal_input: () => call('ioctl', 0, 0x5412, 'x'),
  k_hostname: (stage) => demand(hostname() === stage.hostname, 'a name of its own'),
}

/** Reads or writes nothing: the call alone shows whether it is let through. */
function reach(name: 'process_vm_readv' | 'process_vm_writev', pid: number): void {
  call(name, pid, null, 0, null, 0, 0)
}

function signalInfo(): Buffer {
  const info = Buffer.alloc(128)
  info.writeInt32LE(-1, 8)
  return info
}

function limitOf(resource: number): bigint {
  const limits = Buffer.alloc(16)
  call('prlimit64', 0, resource, null, limits)
  return limits.readBigUInt64LE(8)
}

const DATA = 2
const CORE = 4
const TASKS = 6
const FILES = 7
const FILE_SIZE = 1
const CPU = 0

/** Open where the worker could take all there is. */
export const RESOURCES: Probes = {
  res_memory: () => {
    for (let gibibytes = 0; gibibytes < 4; gibibytes++) call('mmap', 0, 1 << 30, 3, 0x22, -1, 0)
  },
  res_memory_limit: () => demand(limitOf(DATA) > 2n ** 33n, 'bounded'),
  res_shared_memory: () => {
    for (let gibibytes = 0; gibibytes < 4; gibibytes++) call('mmap', 0, 1 << 30, 3, 0x21, -1, 0)
  },
  res_descriptors: () => {
    for (let count = 0; count < 1000; count++) call('openat', -100, '/dev/null', 0)
  },
  res_descriptor_limit: () => demand(limitOf(FILES) > 256n, 'bounded'),
  res_threads: () => demand(limitOf(TASKS) > 20_000n, 'bounded'),
  res_cpu: () => demand(limitOf(CPU) > RLIM_INFINITY, 'bounded'),
  res_disk: () => demand(limitOf(FILE_SIZE) > 0n, 'bounded'),
  res_core: () => demand(limitOf(CORE) !== 1n, 'no core handler is fed'),
}
