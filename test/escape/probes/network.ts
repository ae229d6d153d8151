/** Sockets of every kind, and shared memory: ways to carry data out without a file. */

import { call, callNumber } from './kernel.ts'
import type { Probes } from './probe.ts'

const X64 = process.arch === 'x64'
const STREAM = 1
const DATAGRAM = 2
const RAW = 3
const FAMILIES = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17, alg: 38, vsock: 40 }
const ONE_MIB = 1 << 20
const CREATE_PRIVATE = 0o1600

function address4(port: number): Buffer {
  const address = Buffer.alloc(16)
  address.writeUInt16LE(FAMILIES.inet, 0)
  address.writeUInt16BE(port, 2)
  address.set([127, 0, 0, 1], 4)
  return address
}

function address6(port: number): Buffer {
  const address = Buffer.alloc(28)
  address.writeUInt16LE(FAMILIES.inet6, 0)
  address.writeUInt16BE(port, 2)
  address.writeUInt8(1, 23)
  return address
}

/** A name that starts with a zero byte is in no file system. */
function addressUnix(name: string): Buffer {
  const family = Buffer.alloc(2)
  family.writeUInt16LE(FAMILIES.unix, 0)
  return Buffer.concat([family, Buffer.from(name)])
}

function connectTo(family: number, address: Buffer): void {
  call('connect', call('socket', family, STREAM, 0), address, address.length)
}

export const NETWORK: Probes = {
  net_tcp: ({ tcpPort }) => connectTo(FAMILIES.inet, address4(tcpPort)),
  net_tcp6: ({ tcp6Port }) => connectTo(FAMILIES.inet6, address6(tcp6Port)),
  net_udp: ({ udpPort }) => {
    const socket = call('socket', FAMILIES.inet, DATAGRAM, 0)
    call('sendto', socket, Buffer.from('x'), 1, 0, address4(udpPort), 16)
  },
  net_unix_path: ({ socket }) => connectTo(FAMILIES.unix, addressUnix(`${socket}\0`)),
  net_unix_abstract: ({ abstractSocket }) =>
    // Node fills such a name up to its full length.
    connectTo(FAMILIES.unix, addressUnix(`\0${abstractSocket}`.padEnd(108, '\0'))),
  net_unix_pair: () => call('socketpair', FAMILIES.unix, STREAM, 0, Buffer.alloc(8)),
  net_unix_datagram: () => call('socket', FAMILIES.unix, DATAGRAM, 0),
  net_bind: () => call('bind', call('socket', FAMILIES.inet, STREAM, 0), address4(0), 16),
  net_bind_abstract: () => {
    const address = addressUnix(`\0glovebox-probe-${process.pid}`)
    call('bind', call('socket', FAMILIES.unix, STREAM, 0), address, address.length)
  },
  net_netlink: () => call('socket', FAMILIES.netlink, RAW, 0),
  net_packet: () => call('socket', FAMILIES.packet, RAW, 0),
  net_raw: () => call('socket', FAMILIES.inet, RAW, 1),
  net_ping: () => call('socket', FAMILIES.inet, DATAGRAM, 1),
  net_alg: () => call('socket', FAMILIES.alg, 5, 0),
  net_vsock: () => call('socket', FAMILIES.vsock, STREAM, 0),
  net_mptcp: () => call('socket', FAMILIES.inet, STREAM, 262),
  net_sctp: () => call('socket', FAMILIES.inet, STREAM, 132),
  /** Hands a descriptor to the gateway over the worker's own line. */
  net_descriptor_out: () => call('sendmsg', 3, messageWithDescriptor(), 0),
  net_listen: () => callNumber(X64 ? 50 : 201, call('socket', FAMILIES.inet, STREAM, 0), 1),
}

/** `struct msghdr` needs addresses; an empty message shows as well whether the call is let through. */
function messageWithDescriptor(): Buffer {
  return Buffer.alloc(56)
}

export const SHARED: Probes = {
  ipc_shmget: () => {
    const segment = callNumber(X64 ? 29 : 194, 0, 4096, CREATE_PRIVATE)
    callNumber(X64 ? 31 : 195, segment, 0, null)
  },
  ipc_msgget: () => {
    const queue = callNumber(X64 ? 68 : 186, 0, CREATE_PRIVATE)
    callNumber(X64 ? 71 : 187, queue, 0, null)
  },
  ipc_semget: () => {
    const set = callNumber(X64 ? 64 : 190, 0, 1, CREATE_PRIVATE)
    callNumber(X64 ? 66 : 191, set, 0, 0)
  },
  ipc_mq: () => {
    const name = `glovebox-probe-${process.pid}`
    callNumber(X64 ? 240 : 180, name, 0o102, 0o600, null)
    callNumber(X64 ? 241 : 181, name)
  },
  ipc_memfd: () => call('memfd_create', 'x', 0),
  ipc_shared_memory: () => call('mmap', 0, ONE_MIB, 3, 0x21, -1, 0),
}
