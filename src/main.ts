#!/usr/bin/env node
/** The program: reads settings, connects the command line to this machine, runs one command. */

import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OFFLINE_VERIFIERS } from './cli/offline-verifiers.ts'
import { runCommand } from './cli/run-command.ts'
import { createLocalCommands } from './composition/local-commands.ts'
import { readSettings } from './config.ts'

const settings = readSettings()

/** The folder that holds `package.json`, whether this runs as source or as built. */
function findProject(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findProject(dirname(folder))
}

process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  fetch,
  readFile: (path) => readFile(path).catch(() => undefined),
  writeFile,
  sleep: (ms) => sleep(ms, undefined),
  settings,
  verifiers: OFFLINE_VERIFIERS,
  commands: createLocalCommands(settings, findProject(import.meta.dirname), (text) =>
    process.stdout.write(text),
  ),
})
