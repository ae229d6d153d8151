/**
 * Goal: logs and receipts verify with tools that are not ours, and tampered ones do not.
 * Method: docs/verify/verify_log.py (Python's standard library and openssl) on the same genuine and
 * tampered copies that our own verifier is tested with.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { z } from 'zod'
import { jobId } from '../support/a-log.ts'
import { aReceiptedLog, resultOf, withMembers } from '../support/a-receipt.ts'
import { required } from '../support/required.ts'
import { scratchFolder } from '../support/scratch-folder.ts'
import { aGenuineLog, type LogFiles, TAMPERINGS } from '../support/tampered-logs.ts'

const SCRIPTS = join(import.meta.dirname, '../../docs/verify')
const MISSING = ['python3', 'openssl'].filter((name) => spawnSync(name, ['version']).error)

const genuine = await aGenuineLog()
const receipted = await aReceiptedLog(3)
const receipt = required(receipted.receipts[1])
const other = required(receipted.receipts[2])

/** Runs the script's own main function once per command, in one process. */
const DRIVER = `
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import verify_log
runs = []
for words in json.load(sys.stdin):
    sys.argv = ["verify_log.py"] + words
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = verify_log.main()
    runs.append({"status": status, "output": output.getvalue()})
print(json.dumps(runs))
`

const Runs = z.array(z.object({ status: z.number(), output: z.string() }))
type Run = z.infer<typeof Runs>[number]

describe('a log', { timeout: 30_000 }, () => {
  it('verifies, also against a checkpoint kept from earlier', (context) => {
    const [run] = runAll([logCommand(prepare(context), genuine.files, true)])
    expect(run).toMatchObject({ status: 0, output: expect.stringContaining('\nverified') })
  })

  it('is rejected after every tampering, and the first bad entry is placed', (context) => {
    const scratch = prepare(context)
    const commands = TAMPERINGS.map(({ name, tamper, needsHeld }) =>
      logCommand(join(scratch, name), tamper(genuine), needsHeld === true),
    )
    const runs = runAll(commands).map((run, n) => ({ ...run, ...required(TAMPERINGS[n]) }))
    expect(runs.filter(({ status }) => status !== 1).map(({ name }) => name)).toEqual([])
    const misplaced = runs.filter(({ output, firstBad }) => firstBad && !isWithin(output, firstBad))
    expect(misplaced.map(({ name, output }) => [name, output])).toEqual([])
  })
})

describe('a receipt', { timeout: 30_000 }, () => {
  it('verifies with a trusted policy, the result and the job', (context) => {
    const options = { job: jobId(1), result: resultOf(1) }
    const [run] = runAll([receiptCommand(prepare(context), receipt, options)])
    expect(run?.output).toContain('your bytes are the released bytes')
    expect(run?.status).toBe(0)
  })

  it('is rejected after every tampering', async (context) => {
    const scratch = prepare(context)
    const forged = await aReceiptedLog(2, 'thief')
    const copies: Record<string, Uint8Array> = {
      'events of another job': withMembers(receipt, () => ({ events: of(other).events })),
      'another statement': withMembers(receipt, () => ({ statement: of(other).statement })),
      'an event missing': withMembers(receipt, ({ events }) => ({ events: events.slice(1) })),
      'no events': withMembers(receipt, () => ({ events: [] })),
      'a changed leaf': Buffer.from(textOf(receipt).replace('"leaf":"ey', '"leaf":"fy')),
      'another size': Buffer.from(textOf(receipt).replaceAll('\\n25\\n', '\\n24\\n')),
      'members missing': Buffer.from('{"format":"glovebox-receipt/v1"}'),
      'no receipt': Buffer.from('[]'),
      'another log': required(forged.receipts[1]),
    }
    const names = Object.keys(copies)
    const commands = names.map((name) =>
      receiptCommand(join(scratch, name), required(copies[name])),
    )
    commands.push(receiptCommand(scratch, receipt, { result: resultOf(2) }))
    const runs = runAll(commands).map((run, n) => [names[n] ?? 'another result', run.status])
    expect(runs).toEqual(runs.map(([name]) => [name, 1]))
  })
})

function logCommand(scratch: string, files: LogFiles, isHeld: boolean): string[] {
  for (const [path, bytes] of files) {
    mkdirSync(join(scratch, 'log', dirname(path)), { recursive: true })
    writeFileSync(join(scratch, 'log', path), bytes)
  }
  writeFileSync(join(scratch, 'policy'), genuine.policy)
  writeFileSync(join(scratch, 'held'), genuine.held)
  const held = isHeld ? ['--held', join(scratch, 'held')] : []
  return ['log', join(scratch, 'log'), '--trust', join(scratch, 'policy'), ...held]
}

function receiptCommand(
  scratch: string,
  bytes: Uint8Array,
  { job, result }: { readonly job?: string; readonly result?: Uint8Array } = {},
): string[] {
  mkdirSync(scratch, { recursive: true })
  writeFileSync(join(scratch, 'receipt.json'), bytes)
  writeFileSync(join(scratch, 'policy'), receipted.policy)
  const words = ['receipt', join(scratch, 'receipt.json'), '--trust', join(scratch, 'policy')]
  if (job !== undefined) words.push('--job', job)
  if (result === undefined) return words
  writeFileSync(join(scratch, 'result'), result)
  return [...words, '--result', join(scratch, 'result')]
}

function prepare({ skip }: TestContext): string {
  if (MISSING.length > 0) skip(`not installed here: ${MISSING.join(', ')}`)
  return scratchFolder()
}

function runAll(commands: readonly (readonly string[])[]): readonly Run[] {
  const { stdout, stderr } = spawnSync('python3', ['-c', DRIVER, SCRIPTS], {
    input: JSON.stringify(commands),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return Runs.parse(JSON.parse(stdout))
}

/** Whether the script placed the first bad entry, if it did, between the given ones. */
function isWithin(output: string, [first, last]: readonly [number, number]): boolean {
  const [, one, from = one, through = one] =
    /first bad: (?:entry (\d+)|an entry from (\d+) to (\d+))/.exec(output) ?? []
  return from === undefined || (Number(from) >= first && Number(through) <= last)
}

function of(bytes: Uint8Array): { readonly events: unknown; readonly statement: unknown } {
  return JSON.parse(textOf(bytes)) as { events: unknown; statement: unknown }
}

function textOf(bytes: Uint8Array): string {
  return String(Buffer.from(bytes))
}
