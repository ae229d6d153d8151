/** Kills a gateway at random moments under load, and checks after each restart what it promised. */

import { expect } from 'vitest'
import { createDemoHome, QUESTIONS } from './demo-home.ts'
import { clientOf, startGateway } from './gateway-process.ts'
import { createPrng } from './prng.ts'

/** rho of one noisy question, in 1e-12. */
const PRICE = 5_000_000_000n

/** What the operator may spend under the policy of the demo's noisy agreement. */
const BUDGET = 100_000_000_000n

/** Jobs the gateway acknowledged with 202, by idempotency key. */
type Acknowledged = Map<string, string>

/**
 * @param rounds How often the gateway is killed.
 * @param seed Fixes the moments of the kills, as far as a real process lets itself be fixed.
 */
export async function crashRounds(rounds: number, seed: number): Promise<void> {
  const random = createPrng(seed)
  const demo = await createDemoHome('crash')
  const token = demo.tokens['operator-g']
  const acknowledged: Acknowledged = new Map()
  for (let round = 0; round < rounds; round++) {
    const gateway = await startGateway(demo.home)
    const client = clientOf(gateway.url, token)
    await checkPromises(client, acknowledged)
    const submitting = Promise.allSettled(
      [0, 1, 2].map(async (n) => {
        const key = `round-${round}-${n}`
        const response = await ask(client, key)
        if (response.status !== 202) return
        acknowledged.set(key, ((await response.json()) as { id: string }).id)
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, random() * 400))
    await gateway.kill('SIGKILL')
    await submitting
  }
  const gateway = await startGateway(demo.home)
  await checkPromises(clientOf(gateway.url, token), acknowledged)
  await gateway.kill('SIGTERM')
}

/** A question of its own for each key: a repeated one would be answered for nothing. */
function ask(client: ReturnType<typeof clientOf>, key: string): Promise<Response> {
  const limit = 1000 + Number.parseInt(key.replaceAll(/\D/g, ''), 10)
  const question = { ...QUESTIONS.noisy, sql: `${QUESTIONS.noisy.sql} LIMIT ${limit}` }
  return client.post('/v1/jobs', question, { 'idempotency-key': key })
}

/** No acknowledged job is lost, every job ends, each is charged once, keys still mean their job. */
async function checkPromises(
  client: ReturnType<typeof clientOf>,
  acknowledged: Acknowledged,
): Promise<void> {
  for (const [key, id] of acknowledged) {
    expect(await client.finish(id)).toMatchObject({
      state: expect.stringMatching(/released|refused|failed/),
    })
    const again = await ask(client, key)
    expect(await again.json()).toMatchObject({ id })
  }
  const listed = (await (await client.get('/v1/jobs')).json()) as { jobs: { id: string }[] }
  const jobs = await Promise.all(listed.jobs.map(({ id }) => client.finish(id)))
  const explained = await client.post('/v1/jobs:explain', QUESTIONS.noisy)
  const { remaining } = (await explained.json()) as {
    remaining: { scope: string; picoRho: string }[]
  }
  const operator = remaining.find(({ scope }) => scope.startsWith('operator:'))
  const spent = BUDGET - BigInt(operator?.picoRho ?? '-1')
  const count = (...states: readonly string[]) =>
    BigInt(jobs.filter(({ state }) => states.includes(state)).length)
  // A failed job may have been cut down before its charge or after it; the others leave no doubt.
  expect(spent).toBeGreaterThanOrEqual(PRICE * count('released'))
  expect(spent).toBeLessThanOrEqual(PRICE * count('released', 'failed'))
}
