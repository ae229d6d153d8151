/** The same from JavaScript, through everything that Node offers. */

import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { close, open, url } from 'node:inspector'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import koffi from 'koffi'
import { demand, type Probes } from './probe.ts'

export const SCRIPT: Probes = {
  js_connect: async ({ tcpPort }) => await once(connect(tcpPort, '127.0.0.1'), 'connect'),
  js_fetch: async ({ tcpPort }) => await fetch(`http://127.0.0.1:${tcpPort}`),
  js_dns: async () => await lookup('localhost'),
  js_udp: async () => {
    const socket = createSocket('udp4')
    socket.bind(0)
    await once(socket, 'listening')
  },
  js_kill_parent: () => process.kill(process.ppid, 0),
  js_inspector: () => {
    open(0, '127.0.0.1')
    demand(url() !== undefined, 'does not listen')
    close()
  },
  js_load_library: () => koffi.load('libz.so.1'),
  js_require_outside: ({ outside }) => createRequire(outside)(outside),
  js_setuid: () => process.setuid?.(0),
  js_chdir_root: () => {
    process.chdir('/etc')
  },
}
