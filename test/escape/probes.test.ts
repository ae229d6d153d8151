/**
 * Goal: native code in a worker's place gets nowhere, at any sealed level.
 *
 * Method: a few probes of every family, one process each, with exactly a worker's confinement. All
 * probes run in `test/slow/escape.test.ts`.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProcessLauncher, type Launcher } from '../../src/adapters/worker-launch.ts'
import { type EscapeStage, openEscapeStage } from '../support/escape-stage.ts'
import { SEALED } from '../support/launchers.ts'

const STOPPED = [
  ...['fs_outside_file', 'fs_gateway_environ', 'fs_snapshot_chmod', 'fs_create_tmp'],
  ...['net_tcp', 'net_unix_abstract', 'ipc_shmget', 'ipc_shared_memory', 'proc_fork'],
  ...['proc_kill_gateway', 'proc_signal_by_owner', 'res_threads', 'k_landlock', 'js_connect'],
]
const TRIPPED = ['proc_ptrace_gateway', 'proc_vm_readv', 'k_io_uring_setup', 'k_keyctl']
const EVERYTHING = [...STOPPED, ...TRIPPED]

let stage: EscapeStage

beforeAll(async () => {
  const launcher = createProcessLauncher()
  stage = await openEscapeStage(launcher.account)
  launcher.close()
})

afterAll(() => stage.close())

describe.each(SEALED)('native code under $mechanism', ({ create }) => {
  let launcher: Launcher

  beforeAll(() => {
    launcher = create()
  })

  afterAll(() => launcher.close())

  it('is stopped, and where it can only be an attack it is ended', async () => {
    const outcomes = await stage.runAll(launcher, EVERYTHING)
    for (const name of STOPPED) expect([name, outcomes[name]]).toEqual([name, BLOCKED])
    for (const name of TRIPPED) expect([name, outcomes[name]]).toEqual([name, 'tripwire'])
  })
})

describe('native code in a plain process', () => {
  it('does all of it: the probes are real', async () => {
    const launcher = createProcessLauncher()
    const outcomes = await stage.runAll(launcher, EVERYTHING)
    launcher.close()
    for (const name of EVERYTHING) expect([name, outcomes[name]]).toEqual([name, 'open'])
  })
})

const BLOCKED = expect.stringMatching(/^blocked: /)
