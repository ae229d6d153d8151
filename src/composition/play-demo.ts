/** Sets the stage for the demo: a home of its own, a gateway in this process, copies of its log. */

import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeTemporaryFolder } from '../adapters/temporary-folders.ts'
import { runDemo } from '../cli/demo-script.ts'
import type { DemoGateway, LogCopy } from '../cli/demo-stage.ts'
import { OFFLINE_VERIFIERS } from '../cli/offline-verifiers.ts'
import type { ExitCode } from '../cli/world.ts'
import type { Settings } from '../config.ts'
import type { Language } from '../model/text.ts'
import { ensureProvince, renewDemoIdentities } from './demo-home.ts'
import { startServing } from './serve.ts'

interface DemoOptions {
  readonly language: Language
  readonly project: string
  readonly settings: Settings
}

/** Plays the demo in a temporary folder, which is gone afterwards. */
export async function playDemo({ language, project, settings }: DemoOptions): Promise<ExitCode> {
  const folder = makeTemporaryFolder('demo')
  // Workers run under an account of their own and must be able to pass through.
  await chmod(folder, 0o755)
  try {
    return await runDemo({
      stdout: (text) => process.stdout.write(text),
      stderr: (text) => process.stderr.write(text),
      isTerminal: process.stdout.isTTY,
      fetch,
      sleep: (ms) => sleep(ms, undefined),
      verifiers: OFFLINE_VERIFIERS,
      language,
      start: () => startDemoGateway(folder, project, settings),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function startDemoGateway(
  folder: string,
  project: string,
  settings: Settings,
): Promise<DemoGateway> {
  const store = {
    home: join(folder, 'home'),
    policies: join(project, 'policies'),
    project,
    environment: settings.environment,
  }
  await ensureProvince(store, 1)
  const serving = await startServing({
    ...store,
    host: '127.0.0.1',
    port: 0,
    operations: { info: () => undefined, error: () => undefined },
  })
  const tokens = renewDemoIdentities(store.home)
  return {
    url: serving.url,
    tokens: {
      'AGR-A': tokens['operator-a'],
      'AGR-B': tokens['operator-a'],
      'AGR-C': tokens['operator-c'],
      auditor: tokens.auditor,
    },
    trust: serving.deployment.world.log.trustPolicy(),
    copyLog: () => copyLog(join(store.home, 'log'), join(folder, 'log-copy')),
    stop: () => serving.stop(),
  }
}

async function copyLog(source: string, place: string): Promise<LogCopy> {
  await rm(place, { recursive: true, force: true })
  await cp(source, place, { recursive: true })
  return {
    place,
    read: (path) => readFile(join(place, path)).catch(() => undefined),
    write: (path, bytes) => writeFile(join(place, path), bytes),
  }
}
