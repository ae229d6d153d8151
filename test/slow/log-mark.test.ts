/** Goal: whoever shortens the log and its published copy still meets the mark kept elsewhere. */

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDemoHome, QUESTIONS } from '../support/demo-home.ts'
import { clientOf, startGateway } from '../support/gateway-process.ts'

async function restartShortened(
  label: string,
  forget: readonly string[],
): Promise<'refused' | 'started'> {
  const { home, tokens } = await createDemoHome(label)
  const saved = join(home, 'saved')
  const first = await startGateway(home)
  await first.kill('SIGTERM')
  cpSync(join(home, 'journal'), saved, { recursive: true })

  const second = await startGateway(home)
  const client = clientOf(second.url, tokens['operator-g'])
  const { id } = (await (await client.post('/v1/jobs', QUESTIONS.noisy)).json()) as { id: string }
  await client.finish(id)
  await second.kill('SIGTERM')

  rmSync(join(home, 'journal'), { recursive: true })
  cpSync(saved, join(home, 'journal'), { recursive: true })
  for (const path of forget) rmSync(join(home, path), { recursive: true })
  const third = await startGateway(home).catch(() => undefined)
  await third?.kill('SIGTERM')
  return third === undefined ? 'refused' : 'started'
}

it('refuses to start on a log that was cut back, although the published checkpoint is gone', async () => {
  expect(await restartShortened('cut', ['log/checkpoint'])).toBe('refused')
})

it('starts when the mark is gone too: this is what it protects, and no more', async () => {
  expect(await restartShortened('gone', ['log', 'keys/log-mark'])).toBe('started')
})
