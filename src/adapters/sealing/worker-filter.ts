/**
 * Which system calls a sealed worker may make: what Node and the engine need to compute and to talk
 * over one open line. Everything else fails; what only an attack calls ends the process.
 */

import { createHash } from 'node:crypto'
import { type Answer, assembleFilter, type FilterPolicy, type Rule } from './seccomp-program.ts'
import { type Architecture, numberOf, type SystemCall, systemCalls } from './system-calls.ts'

export interface WorkerFilterOptions {
  readonly architecture: Architecture
  /** Only a worker that owns a folder may create, change, rename or delete files. */
  readonly mayWrite: boolean
  /** The one process that it may signal: itself. */
  readonly ownPid: number
}

/** Stands for a process id that is not known yet; larger than any that Linux gives. */
export const OWN_PID_MARKER = 0x7ee1dead

const AUDIT: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
const X32_FROM = 0x40000000

const EPERM: Answer = { errno: 1 }
const ENOMEM: Answer = { errno: 12 }
const EACCES: Answer = { errno: 13 }
const ENOTTY: Answer = { errno: 25 }
/** The C library then falls back to an older call that can be judged. */
const ENOSYS: Answer = { errno: 38 }

/** `wait4` is for the first process of a namespace, which runs under the same filter. */
const ALLOWED: readonly SystemCall[] = [
  ...(['read', 'write', 'close', 'stat', 'fstat', 'lstat', 'poll', 'lseek', 'mprotect'] as const),
  ...(['munmap', 'brk', 'rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn', 'pread64'] as const),
  ...(['readv', 'writev', 'access', 'sched_yield', 'mremap', 'madvise', 'dup'] as const),
  ...(['nanosleep', 'getpid', 'execve', 'exit', 'uname', 'flock', 'getcwd', 'readlink'] as const),
  ...(['gettimeofday', 'getrlimit', 'getrusage', 'sysinfo', 'times', 'getuid', 'getgid'] as const),
  ...(['geteuid', 'getegid', 'getppid', 'capget', 'sigaltstack', 'statfs', 'fstatfs'] as const),
  ...(['arch_prctl', 'gettid', 'futex', 'sched_getaffinity', 'getdents64'] as const),
  ...([
    'set_tid_address',
    'restart_syscall',
    'fadvise64',
    'clock_gettime',
    'clock_getres',
  ] as const),
  ...(['clock_nanosleep', 'exit_group', 'epoll_wait', 'epoll_ctl', 'newfstatat'] as const),
  ...(['readlinkat', 'faccessat', 'faccessat2', 'ppoll', 'set_robust_list'] as const),
  ...(['get_robust_list', 'epoll_pwait', 'epoll_pwait2', 'eventfd2', 'epoll_create1'] as const),
  ...(['dup3', 'pipe2', 'preadv', 'getcpu', 'sched_getparam', 'sched_getscheduler'] as const),
  ...(['getrandom', 'membarrier', 'statx', 'rseq', 'close_range', 'pkey_alloc'] as const),
  ...(['pkey_mprotect', 'pkey_free', 'wait4', 'getsockname', 'getsockopt', 'shutdown'] as const),
]

/** What changes files, and cannot be judged by a flag. */
const WRITING = systemCalls(`
  rename renameat renameat2 mkdir mkdirat rmdir unlink unlinkat ftruncate fallocate pwrite64
  pwritev copy_file_range fsync fdatasync umask
`)

/** Libraries may probe for these; they fail without drama. */
const REFUSED = systemCalls(`
  socket socketpair connect bind sendto sendmsg recvmsg accept4 fork vfork tkill setuid setgid
  kcmp name_to_handle_at memfd_create pidfd_open
`)

/** No part of a worker ever makes these: whoever does has taken it over. */
export const TRIPWIRES = systemCalls(`
  ptrace process_vm_readv process_vm_writev process_madvise bpf perf_event_open userfaultfd
  keyctl add_key request_key mount umount2 pivot_root chroot unshare setns init_module
  finit_module delete_module kexec_load kexec_file_load reboot open_by_handle_at fsopen
  fsconfig fsmount fspick open_tree move_mount mount_setattr pidfd_getfd io_uring_setup
  io_uring_enter io_uring_register execveat memfd_secret
`)

/** O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE. */
const OPEN_TO_WRITE = 0o3 | 0o100 | 0o1000 | 0o20000000
const CLONE_THREAD = 0x10000
const CLONE_ANY_NAMESPACE = 0x7e020000 | 0x80
/** TCGETS, TIOCGWINSZ, FIONBIO, FIONCLEX, FIOCLEX, FIONREAD. */
const HARMLESS_IOCTLS = [0x5401, 0x5413, 0x5421, 0x5450, 0x5451, 0x541b]
/** PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, PR_SET_DUMPABLE, PR_GET_DUMPABLE. */
const HARMLESS_PRCTLS = [15, 16, 0x53564d41, 4, 3]
/** Duplicates, flags and locks; not F_SETOWN, which makes the kernel signal a stranger. */
const HARMLESS_FCNTLS = [0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030]
/** MAP_SHARED and MAP_ANONYMOUS together escape RLIMIT_DATA; each alone does not. */
const MAP_SHARED_ANONYMOUS = 0x21

interface NamedRule extends Omit<Rule, 'number'> {
  readonly call: SystemCall
}

/** The filter of a worker as the kernel loads it. */
export function workerFilter(options: WorkerFilterOptions): Buffer {
  return assembleFilter(workerPolicy(options))
}

/** Names what a worker may call; the same for every process, whatever its process id. */
export function filterDigest(filter: Uint8Array): string {
  return createHash('sha256').update(filter).digest('hex')
}

function workerPolicy({ architecture, ...options }: WorkerFilterOptions): FilterPolicy {
  const rules = [...plainRules(options), ...judgedRules(options)]
  return {
    audit: AUDIT[architecture],
    ...(architecture === 'x64' ? { foreignFrom: X32_FROM } : {}),
    rules: rules.flatMap(({ call, ...rule }) => {
      const number = numberOf(call, architecture)
      return number === undefined ? [] : [{ number, ...rule }]
    }),
    otherwise: ENOSYS,
  }
}

function plainRules({ mayWrite }: Pick<WorkerFilterOptions, 'mayWrite'>): readonly NamedRule[] {
  const all = (calls: readonly SystemCall[], answer: Answer) =>
    calls.map((call) => ({ call, answer }))
  return [
    ...all(ALLOWED, 'allow'),
    ...all(WRITING, mayWrite ? 'allow' : ENOSYS),
    ...all(REFUSED, EPERM),
    ...all(TRIPWIRES, 'kill'),
    // Their arguments lie in memory, where a filter cannot look.
    ...all(['clone3', 'openat2'], ENOSYS),
  ]
}

function judgedRules({
  mayWrite,
  ownPid,
}: Pick<WorkerFilterOptions, 'mayWrite' | 'ownPid'>): readonly NamedRule[] {
  const judge = (call: SystemCall, condition: NonNullable<Rule['when']>[number], no: Answer) => ({
    call,
    answer: 'allow' as const,
    when: [condition],
    otherwise: no,
  })
  const opens = (call: SystemCall, argument: number): NamedRule =>
    mayWrite
      ? { call, answer: 'allow' }
      : judge(call, { argument, mask: OPEN_TO_WRITE, equals: [0] }, EACCES)
  const cloneMask = CLONE_THREAD | CLONE_ANY_NAMESPACE
  return [
    opens('open', 1),
    opens('openat', 2),
    judge('clone', { argument: 0, mask: cloneMask, equals: [CLONE_THREAD] }, EPERM),
    judge('ioctl', { argument: 1, equals: HARMLESS_IOCTLS }, ENOTTY),
    judge('prctl', { argument: 0, equals: HARMLESS_PRCTLS }, EPERM),
    judge('fcntl', { argument: 1, equals: HARMLESS_FCNTLS }, EPERM),
    judge('mmap', { argument: 3, mask: MAP_SHARED_ANONYMOUS, equals: [0, 0x01, 0x20] }, ENOMEM),
    // Its own limits, which can only go down.
    judge('prlimit64', { argument: 0, equals: [0] }, EPERM),
    judge('kill', { argument: 0, equals: [ownPid] }, EPERM),
    judge('tgkill', { argument: 0, equals: [ownPid] }, EPERM),
  ]
}
