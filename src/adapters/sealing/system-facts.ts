/** What this system offers to seal processes with. Facts guide the choice; the self-test decides. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Account, UNPRIVILEGED } from '../worker-launch.ts'

export interface SystemFacts {
  readonly platform: string
  readonly bubblewrap: Offered
  /** Namespaces without bubblewrap. */
  readonly namespaces: Offered
  /** Whether the optional package that calls the kernel is installed. */
  readonly hasKoffi: boolean
  /** Kernel settings by name, where they exist. */
  readonly settings: Readonly<Record<string, string | undefined>>
  readonly isContainer: boolean
}

/** In the system's own words, why not. */
export type Offered = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export const BUBBLEWRAP = '/usr/bin/bwrap'
export const UNSHARE = '/usr/bin/unshare'
/** Namespaces that a Landlock worker gets on top, where anyone may make them. */
export const NAMESPACES = ['--user', '--map-current-user', '--net', '--ipc', '--']

const SETTINGS = {
  unprivilegedNamespaces: '/proc/sys/kernel/unprivileged_userns_clone',
  maximumNamespaces: '/proc/sys/user/max_user_namespaces',
  appArmor: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
  corePattern: '/proc/sys/kernel/core_pattern',
}
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv']
const TRY_BUBBLEWRAP = [
  '--unshare-all',
  '--disable-userns',
  '--unshare-user',
  '--ro-bind',
  '/',
  '/',
]

/** @param beside A file whose packages are asked for `koffi`. */
export function readSystemFacts(beside: string): SystemFacts {
  const account = process.getuid?.() === 0 ? UNPRIVILEGED : undefined
  return {
    platform: process.platform,
    bubblewrap: attempt(BUBBLEWRAP, [...TRY_BUBBLEWRAP, 'true'], account),
    namespaces: attempt(UNSHARE, [...NAMESPACES, 'true'], account),
    hasKoffi: canLoad('koffi', beside),
    settings: Object.fromEntries(
      Object.entries(SETTINGS).map(([name, path]) => [name, readSetting(path)]),
    ),
    isContainer: CONTAINER_MARKS.some((path) => existsSync(path)),
  }
}

/** Tries a wrapper on a program that does nothing, as workers would be started. */
function attempt(command: string, args: readonly string[], account: Account | undefined): Offered {
  if (!existsSync(command)) return { ok: false, reason: 'not installed' }
  const run = spawnSync(command, args, {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
    timeout: 5000,
    ...account,
  })
  if (run.status === 0) return { ok: true }
  const reason = run.stderr?.trim() || run.error?.message || `exit code ${run.status}`
  return { ok: false, reason: reason.slice(0, 200) }
}

function canLoad(name: string, beside: string): boolean {
  try {
    createRequire(beside)(name)
    return true
  } catch {
    return false
  }
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
