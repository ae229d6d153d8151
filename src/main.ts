#!/usr/bin/env node
/** The program: reads settings, connects the command line to this machine, runs one command. */

import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OFFLINE_VERIFIERS } from './cli/offline-verifiers.ts'
import { runCommand } from './cli/run-command.ts'
import type { ExitCode } from './cli/world.ts'
import { explainFailure } from './composition/explain-failure.ts'
import { createLocalCommands } from './composition/local-commands.ts'
import { readLanguage, readSettings, WrongSetting } from './config.ts'

// Whoever reads our output may stop reading (`| head`): that is their choice, and no failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)

process.exitCode = await main().catch(report)

async function main(): Promise<ExitCode> {
  const settings = readSettings()
  const project = findProject(import.meta.dirname)
  return await runCommand(process.argv.slice(2), {
    version: await readVersion(project),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    isTerminal: process.stdout.isTTY,
    fetch,
    readFile: (path) => readFile(path).catch(() => undefined),
    writeFile,
    sleep: (ms) => sleep(ms, undefined),
    settings,
    verifiers: OFFLINE_VERIFIERS,
    explainFailure,
    commands: createLocalCommands(settings, project, (text) => process.stdout.write(text)),
  })
}

/** The folder that holds `package.json`, whether this runs as source or as built. */
function findProject(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findProject(dirname(folder))
}

async function readVersion(project: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))
  return String(version)
}

/** A wrong setting is wrong usage; anything else that gets here is a bug, and its place helps. */
function report(error: unknown): ExitCode {
  if (error instanceof WrongSetting) {
    process.stderr.write(`${error.text[readLanguage()]}\n`)
    return 2
  }
  const line = { en: 'Glovebox failed unexpectedly:', zh: 'Glovebox 意外出错：' }[readLanguage()]
  process.stderr.write(`${line} ${error instanceof Error ? error.stack : String(error)}\n`)
  return 1
}

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
}
