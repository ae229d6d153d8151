/**
 * Goal: 0 of all probes succeed at level 3, and at level 2 only the two that read metadata.
 *
 * Method: every probe of every family, one process each, at every level that this system offers; the
 * same run in a plain process shows that the probes can succeed.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProcessLauncher, type Launcher } from '../../src/adapters/worker-launch.ts'
import { PROBES } from '../escape/probes/all-probes.ts'
import { type EscapeStage, openEscapeStage } from '../support/escape-stage.ts'
import { SEALED, UNTESTED } from '../support/launchers.ts'

const NAMES = Object.keys(PROBES)
const FAMILIES = [...new Set(NAMES.map((name) => name.split('_')[0] ?? ''))]
/** What no level below 3 hides. */
const METADATA = ['fs_stat_meta', 'k_hostname']
const OPEN_TO = { bwrap: [], landlock: METADATA, 'unshare+landlock': METADATA }
/** A plain process is limited too; this many of its attempts are not. */
const OPEN_IN_A_PLAIN_PROCESS = 150

let stage: EscapeStage

beforeAll(async () => {
  const launcher = createProcessLauncher()
  stage = await openEscapeStage(launcher.account)
  launcher.close()
})

afterAll(() => stage.close())

it('has probes of every family', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(130)
  expect(FAMILIES.toSorted()).toEqual(['fs', 'ipc', 'js', 'k', 'net', 'ns', 'proc', 'res'])
})

it.runIf(UNTESTED.length > 0).each(UNTESTED)('%s went untested: not offered here', (_mechanism) => {
  expect(UNTESTED.length).toBeGreaterThan(0)
})

describe.each(SEALED)('native code under $mechanism', ({ mechanism, create }) => {
  let launcher: Launcher

  beforeAll(() => {
    launcher = create()
  })

  afterAll(() => launcher.close())

  it('gets nowhere', async () => {
    const outcomes = await stage.runAll(launcher, NAMES)
    const open = NAMES.filter((name) => outcomes[name] === 'open')
    expect(open.toSorted()).toEqual(OPEN_TO[mechanism as keyof typeof OPEN_TO])
    // Ended otherwise than by an answer or a tripwire: such a probe has proven nothing.
    expect(NAMES.filter((name) => outcomes[name] === 'killed')).toEqual([])
    expect(NAMES.filter((name) => outcomes[name] === 'tripwire').length).toBeGreaterThan(30)
  })
})

describe('native code in a plain process', () => {
  it('gets far: the probes are real', async () => {
    const launcher = createProcessLauncher()
    const outcomes = await stage.runAll(launcher, NAMES)
    launcher.close()
    const open = NAMES.filter((name) => outcomes[name] === 'open')
    expect(open.length).toBeGreaterThanOrEqual(OPEN_IN_A_PLAIN_PROCESS)
    // Namespaces are for whoever the system lets make them.
    const families = new Set([...open.map((name) => name.split('_')[0]), 'ns'])
    expect([...families].toSorted()).toEqual(FAMILIES.toSorted())
  })
})
