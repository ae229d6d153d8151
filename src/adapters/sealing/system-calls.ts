/**
 * Numbers of the system calls that the workers' filter names, per processor architecture.
 *
 * @see Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`
 */

/** `[x64, arm64]`; `undefined` where an architecture never had the call. */
export const SYSTEM_CALLS = {
  read: [0, 63],
  write: [1, 64],
  open: [2, undefined],
  close: [3, 57],
  stat: [4, undefined],
  fstat: [5, 80],
  lstat: [6, undefined],
  poll: [7, undefined],
  lseek: [8, 62],
  mmap: [9, 222],
  mprotect: [10, 226],
  munmap: [11, 215],
  brk: [12, 214],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  ioctl: [16, 29],
  pread64: [17, 67],
  pwrite64: [18, 68],
  readv: [19, 65],
  writev: [20, 66],
  access: [21, undefined],
  sched_yield: [24, 124],
  mremap: [25, 216],
  madvise: [28, 233],
  dup: [32, 23],
  nanosleep: [35, 101],
  getpid: [39, 172],
  socket: [41, 198],
  connect: [42, 203],
  sendto: [44, 206],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  shutdown: [48, 210],
  bind: [49, 200],
  getsockname: [51, 204],
  socketpair: [53, 199],
  getsockopt: [55, 209],
  clone: [56, 220],
  fork: [57, undefined],
  vfork: [58, undefined],
  execve: [59, 221],
  exit: [60, 93],
  wait4: [61, 260],
  kill: [62, 129],
  uname: [63, 160],
  fcntl: [72, 25],
  flock: [73, 32],
  fsync: [74, 82],
  fdatasync: [75, 83],
  ftruncate: [77, 46],
  getcwd: [79, 17],
  rename: [82, undefined],
  mkdir: [83, undefined],
  rmdir: [84, undefined],
  unlink: [87, undefined],
  readlink: [89, undefined],
  umask: [95, 166],
  gettimeofday: [96, 169],
  getrlimit: [97, 163],
  getrusage: [98, 165],
  sysinfo: [99, 179],
  times: [100, 153],
  ptrace: [101, 117],
  getuid: [102, 174],
  getgid: [104, 176],
  setuid: [105, 146],
  setgid: [106, 144],
  geteuid: [107, 175],
  getegid: [108, 177],
  getppid: [110, 173],
  capget: [125, 90],
  sigaltstack: [131, 132],
  statfs: [137, 43],
  fstatfs: [138, 44],
  sched_getparam: [143, 121],
  sched_getscheduler: [145, 120],
  pivot_root: [155, 41],
  prctl: [157, 167],
  arch_prctl: [158, undefined],
  chroot: [161, 51],
  mount: [165, 40],
  umount2: [166, 39],
  reboot: [169, 142],
  init_module: [175, 105],
  delete_module: [176, 106],
  gettid: [186, 178],
  tkill: [200, 130],
  futex: [202, 98],
  sched_getaffinity: [204, 123],
  getdents64: [217, 61],
  set_tid_address: [218, 96],
  restart_syscall: [219, 128],
  fadvise64: [221, 223],
  clock_gettime: [228, 113],
  clock_getres: [229, 114],
  clock_nanosleep: [230, 115],
  exit_group: [231, 94],
  epoll_wait: [232, undefined],
  epoll_ctl: [233, 21],
  tgkill: [234, 131],
  kexec_load: [246, 104],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  openat: [257, 56],
  mkdirat: [258, 34],
  newfstatat: [262, 79],
  unlinkat: [263, 35],
  renameat: [264, 38],
  readlinkat: [267, 78],
  faccessat: [269, 48],
  ppoll: [271, 73],
  unshare: [272, 97],
  set_robust_list: [273, 99],
  get_robust_list: [274, 100],
  epoll_pwait: [281, 22],
  fallocate: [285, 47],
  accept4: [288, 242],
  eventfd2: [290, 19],
  epoll_create1: [291, 20],
  dup3: [292, 24],
  pipe2: [293, 59],
  preadv: [295, 69],
  pwritev: [296, 70],
  perf_event_open: [298, 241],
  prlimit64: [302, 261],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  setns: [308, 268],
  getcpu: [309, 168],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  finit_module: [313, 273],
  renameat2: [316, 276],
  getrandom: [318, 278],
  memfd_create: [319, 279],
  kexec_file_load: [320, 294],
  bpf: [321, 280],
  execveat: [322, 281],
  userfaultfd: [323, 282],
  membarrier: [324, 283],
  copy_file_range: [326, 285],
  pkey_mprotect: [329, 288],
  pkey_alloc: [330, 289],
  pkey_free: [331, 290],
  statx: [332, 291],
  rseq: [334, 293],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  pidfd_open: [434, 434],
  clone3: [435, 435],
  close_range: [436, 436],
  openat2: [437, 437],
  pidfd_getfd: [438, 438],
  faccessat2: [439, 439],
  process_madvise: [440, 440],
  epoll_pwait2: [441, 441],
  mount_setattr: [442, 442],
  memfd_secret: [447, 447],
} as const

export type SystemCall = keyof typeof SYSTEM_CALLS

export type Architecture = 'x64' | 'arm64'

export function numberOf(call: SystemCall, architecture: Architecture): number | undefined {
  return SYSTEM_CALLS[call][architecture === 'x64' ? 0 : 1]
}

/**
 * A list of calls, separated by white space.
 *
 * @throws {RangeError} A name that the table does not know.
 */
export function systemCalls(names: string): readonly SystemCall[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => {
      if (!isSystemCall(name)) throw new RangeError(`unknown system call ${name}`)
      return name
    })
}

function isSystemCall(name: string): name is SystemCall {
  return Object.hasOwn(SYSTEM_CALLS, name)
}

/** @throws {RangeError} A processor that the table does not cover. */
export function hostArchitecture(): Architecture {
  if (process.arch === 'x64' || process.arch === 'arm64') return process.arch
  throw new RangeError(`no system-call table for ${process.arch}`)
}
