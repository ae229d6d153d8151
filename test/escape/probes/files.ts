/** Reading what is not the worker's, and changing anything at all. */

import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { call, callNumber } from './kernel.ts'
import { demand, type Probes, type Stage } from './probe.ts'

const CWD = -100
const O_TRUNC = 0o1000
const X64 = process.arch === 'x64'

const read = (path: string) => () => fs.readFileSync(path)
const ofVictim = (name: string) => (stage: Stage) =>
  fs.readFileSync(`/proc/${stage.victim}/${name}`)
const openToWrite = (path: string) => () => fs.closeSync(fs.openSync(path, 'r+'))

export const READING: Probes = {
  fs_etc_passwd: read('/etc/passwd'),
  fs_etc_shadow: read('/etc/shadow'),
  fs_outside_file: ({ outside }) => fs.readFileSync(outside),
  fs_root_home: () => fs.readdirSync('/root'),
  fs_list_tmp: ({ outsideFolder }) =>
    demand(
      fs.readdirSync(dirname(outsideFolder)).includes(basename(outsideFolder)),
      'only what it was given',
    ),
  fs_list_outside: ({ outsideFolder }) => fs.readdirSync(outsideFolder),
  fs_list_root: () => demand(fs.readdirSync('/').includes('etc'), 'only what it was given'),
  fs_list_home: () => fs.readdirSync('/home'),
  fs_list_etc: () => fs.readdirSync('/etc'),
  fs_list_usr: () => demand(fs.readdirSync('/usr/bin').length > 5, 'only what it was given'),
  fs_stat_meta: ({ outside }) => fs.statSync(outside),
  fs_machine_id: read('/etc/machine-id'),
  fs_resolv_conf: read('/etc/resolv.conf'),
  fs_proc1_environ: read('/proc/1/environ'),
  fs_proc1_cmdline: read('/proc/1/cmdline'),
  fs_gateway_environ: ofVictim('environ'),
  fs_gateway_maps: ofVictim('maps'),
  fs_gateway_mem: ({ victim }) => fs.closeSync(fs.openSync(`/proc/${victim}/mem`, 'r')),
  fs_gateway_fd: ({ victim }) => fs.readdirSync(`/proc/${victim}/fd`),
  fs_gateway_root: ({ victim, outside }) => fs.readFileSync(`/proc/${victim}/root${outside}`),
  fs_gateway_cwd: ({ victim }) => fs.readdirSync(`/proc/${victim}/cwd/etc`),
  fs_gateway_cmdline: ofVictim('cmdline'),
  fs_self_root: ({ outside }) => fs.readFileSync(`/proc/self/root${outside}`),
  fs_self_cwd: ({ outside }) => fs.readFileSync(`/proc/self/cwd${outside}`),
  fs_dotdot: ({ outside, snapshotFolder }) =>
    fs.readFileSync(`${snapshotFolder}/${'../'.repeat(20)}${outside}`),
  fs_proc_list: () => demand(fs.readdirSync('/proc').length > 20, 'no processes'),
  fs_proc_cpuinfo: read('/proc/cpuinfo'),
  fs_proc_version: read('/proc/version'),
  fs_proc_mounts: read('/proc/self/mountinfo'),
  fs_proc_net: read('/proc/net/tcp'),
  fs_proc_kallsyms: read('/proc/kallsyms'),
  fs_proc_keys: read('/proc/keys'),
  fs_sys_class: () => fs.readdirSync('/sys/class/net'),
  fs_dev_list: () => demand(fs.readdirSync('/dev').length > 3, 'no devices'),
  fs_dev_mem: read('/dev/mem'),
  fs_dev_kmsg: () => fs.closeSync(fs.openSync('/dev/kmsg', 'r')),
  fs_dev_kvm: () => fs.closeSync(fs.openSync('/dev/kvm', 'r')),
  fs_dev_urandom: () => fs.closeSync(fs.openSync('/dev/urandom', 'r')),
  fs_dev_tty: () => fs.closeSync(fs.openSync('/dev/tty', 'r')),
  fs_dev_ptmx: () => fs.closeSync(fs.openSync('/dev/ptmx', 'r')),
  fs_shell: () => execFileSync('/bin/sh', ['-c', 'true']),
  fs_openat2: ({ outside }) => callNumber(437, CWD, outside, Buffer.alloc(24), 24),
  fs_mmap_outside: ({ outside }) => {
    const descriptor = fs.openSync(outside, 'r')
    call('mmap', 0, 4096, 1, 1, descriptor, 0)
  },
}

export const WRITING: Probes = {
  fs_snapshot_write: ({ snapshot }) => openToWrite(snapshot)(),
  fs_snapshot_append: ({ snapshot }) => fs.appendFileSync(snapshot, 'x'),
  fs_snapshot_create: ({ snapshotFolder }) => fs.writeFileSync(join(snapshotFolder, 'new'), ''),
  fs_snapshot_truncate: ({ snapshot }) => callNumber(X64 ? 76 : 45, snapshot, 0),
  fs_snapshot_truncate_on_open: ({ snapshot }) => call('openat', CWD, snapshot, O_TRUNC),
  fs_snapshot_chmod: ({ snapshot }) => fs.chmodSync(snapshot, 0o666),
  fs_snapshot_fchmod: ({ snapshot }) => fs.fchmodSync(fs.openSync(snapshot, 'r'), 0o666),
  fs_snapshot_unlink: ({ snapshot }) => fs.unlinkSync(snapshot),
  fs_snapshot_rename: ({ snapshot }) => fs.renameSync(snapshot, `${snapshot}.moved`),
  fs_snapshot_utimes: ({ snapshot }) => fs.utimesSync(snapshot, 0, 0),
  fs_snapshot_xattr: ({ snapshot }) => callNumber(X64 ? 188 : 5, snapshot, 'user.x', 'y', 1, 0),
  fs_snapshot_reopen: ({ snapshot }) =>
    openToWrite(`/proc/self/fd/${fs.openSync(snapshot, 'r')}`)(),
  fs_outside_write: ({ outside }) => openToWrite(outside)(),
  fs_outside_chmod: ({ outside }) => fs.chmodSync(outside, 0o666),
  fs_outside_chown: ({ outside }) => fs.chownSync(outside, -1, process.getgid?.() ?? 0),
  fs_outside_unlink: ({ outside }) => fs.unlinkSync(outside),
  fs_symlink: ({ outsideFolder }) => fs.symlinkSync('/etc', join(outsideFolder, 'link')),
  fs_hardlink: ({ outsideFolder, outside }) => fs.linkSync(outside, join(outsideFolder, 'hard')),
  fs_mkdir: ({ outsideFolder }) => fs.mkdirSync(join(outsideFolder, 'folder')),
  fs_mkfifo: ({ outsideFolder }) =>
    callNumber(X64 ? 259 : 33, CWD, join(outsideFolder, 'fifo'), 0o10644, 0),
  fs_mknod: ({ outsideFolder }) =>
    callNumber(X64 ? 259 : 33, CWD, join(outsideFolder, 'device'), 0o20644, 0x103),
  fs_tmpfile: ({ outsideFolder }) => call('openat', CWD, outsideFolder, 0o20200002, 0o600),
  fs_create_tmp: () => {
    const path = `/tmp/glovebox-probe-${process.pid}`
    fs.writeFileSync(path, '')
    fs.unlinkSync(path)
  },
  fs_create_shm: () => {
    const path = `/dev/shm/glovebox-probe-${process.pid}`
    fs.writeFileSync(path, '')
    fs.unlinkSync(path)
  },
  fs_write_root: () => fs.writeFileSync('/glovebox-probe', ''),
  fs_write_code: ({ workerFile }) => openToWrite(workerFile)(),
  fs_write_node: () => openToWrite(process.execPath)(),
  fs_write_null: () => fs.writeFileSync('/dev/null', 'x'),
  fs_core_pattern: openToWrite('/proc/sys/kernel/core_pattern'),
  fs_sysrq: () => fs.closeSync(fs.openSync('/proc/sysrq-trigger', 'w')),
  fs_oom_score: openToWrite('/proc/self/oom_score_adj'),
  fs_comm_of_gateway: ({ victim }) => openToWrite(`/proc/${victim}/comm`)(),
  fs_cgroup_procs: openToWrite('/sys/fs/cgroup/cgroup.procs'),
}
