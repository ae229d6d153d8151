/**
 * The kernel's less travelled parts. Such a call is open where the kernel looks at it at all: a fault
 * in it would be the worker's way out, whatever it answers to these arguments.
 */

import type { SystemCall } from '../../../src/adapters/sealing/system-calls.ts'
import { Blocked, call, callNumber, runCode } from './kernel.ts'
import type { Probe, Probes } from './probe.ts'

const X64 = process.arch === 'x64'
/** What a filter answers; the kernel's own reasons are others. */
const EPERM = 1
const ENOSYS = 38

/** Reached, unless a filter answered in the kernel's place. */
function reached(attempt: () => unknown): Probe {
  return () => {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof Blocked) || error.errno === EPERM || error.errno === ENOSYS)
        throw error
    }
  }
}

function named(name: SystemCall): Probe {
  return reached(() => call(name, -1, 0, 0, 0, 0, 0))
}

/** `-` marks a processor without the call. */
function numbered(x64: number | '-', arm64: number | '-' = x64): Probe {
  const number = X64 ? x64 : arm64
  return reached(() => callNumber(number === '-' ? undefined : number, -1, 0, 0, 0, 0, 0))
}

export const SURFACE: Probes = {
  k_bpf: named('bpf'),
  k_userfaultfd: reached(() => call('userfaultfd', 1)),
  k_perf: named('perf_event_open'),
  k_keyctl: named('keyctl'),
  k_add_key: named('add_key'),
  k_request_key: named('request_key'),
  k_io_uring_setup: named('io_uring_setup'),
  k_io_uring_enter: named('io_uring_enter'),
  k_io_uring_register: named('io_uring_register'),
  k_mount: named('mount'),
  k_umount: named('umount2'),
  k_pivot_root: named('pivot_root'),
  k_chroot: reached(() => call('chroot', '/')),
  k_init_module: named('init_module'),
  k_finit_module: named('finit_module'),
  k_delete_module: named('delete_module'),
  k_kexec: named('kexec_load'),
  k_kexec_file: named('kexec_file_load'),
  k_reboot: named('reboot'),
  k_handle_at: named('name_to_handle_at'),
  k_open_handle: named('open_by_handle_at'),
  k_fsopen: named('fsopen'),
  k_fsmount: named('fsmount'),
  k_fsconfig: named('fsconfig'),
  k_fspick: named('fspick'),
  k_open_tree: named('open_tree'),
  k_move_mount: named('move_mount'),
  k_mount_setattr: named('mount_setattr'),
  k_kcmp: named('kcmp'),
  k_process_madvise: named('process_madvise'),
  k_memfd_secret: reached(() => call('memfd_secret', 0)),
  k_syslog: numbered(103, 116),
  k_modify_ldt: numbered(154, '-'),
  k_personality: numbered(135, 92),
  k_quotactl: numbered(179, 60),
  k_swapon: numbered(167, 224),
  k_iopl: numbered(172, '-'),
  k_ioperm: numbered(173, '-'),
  k_settime: numbered(227, 112),
  k_settimeofday: numbered(164, 170),
  k_adjtimex: numbered(159, 171),
  k_sethostname: numbered(170, 161),
  k_acct: numbered(163, 89),
  k_vhangup: numbered(153, 58),
  k_seccomp: numbered(317, 277),
  k_landlock: reached(() => callNumber(444, null, 0, 1)),
  k_fanotify: numbered(300, 262),
  k_inotify: reached(() => callNumber(X64 ? 294 : 26, 0)),
  k_splice: numbered(275, 76),
  k_vmsplice: numbered(278, 75),
  k_sendfile: numbered(40, 71),
  k_move_pages: numbered(279, 239),
  k_migrate_pages: numbered(256, 238),
  k_mbind: numbered(237, 235),
  k_remap_file_pages: numbered(216, 234),
  k_mlock: reached(() => callNumber(X64 ? 149 : 228, 0, 0)),
  k_aio: numbered(206, 0),
  k_timer_create: numbered(222, 107),
  k_timerfd: reached(() => callNumber(X64 ? 283 : 85, 1, 0)),
  k_signalfd: numbered(289, 74),
  k_ioprio: numbered(251, 30),
  k_capset: numbered(126, 91),
  k_process_mrelease: numbered(448),
  k_cachestat: numbered(451),
  k_listmount: numbered(458),
  k_lsm_list: numbered(461),
  k_unknown: numbered(700),
  /** `getpid` through the 32-bit gate and through the x32 table. */
  k_int80: () => {
    if (!X64) throw new Blocked(ENOSYS)
    runCode([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3])
  },
  k_x32: reached(() => callNumber(X64 ? 0x40000000 + 39 : undefined)),
}
