/** Home folders for tests that run a whole deployment over the demo province. */

import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import {
  type DemoIdentity,
  ensureProvince,
  renewDemoIdentities,
} from '../../src/composition/demo-home.ts'
import { temporaryFolder } from './state.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface DemoHome {
  readonly home: string
  readonly tokens: Readonly<Record<DemoIdentity, string>>
}

/** Builds and imports the province when the first test asks for it; the others wait. */
async function sharedProvince(): Promise<string> {
  const home = inject('provinceHome')
  const ready = join(home, 'ready')
  try {
    mkdirSync(join(home, 'claimed'))
  } catch {
    while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 50))
    return home
  }
  const store = { home, policies: join(ROOT, 'policies'), project: ROOT, environment: {} }
  await ensureProvince(store, 1)
  writeFileSync(ready, '')
  return home
}

/** A fresh home: its own log, ledger, keys and identities over the shared snapshot. */
export async function createDemoHome(label: string): Promise<DemoHome> {
  const home = temporaryFolder(label)
  const shared = await sharedProvince()
  symlinkSync(join(shared, 'snapshots'), join(home, 'snapshots'))
  mkdirSync(join(home, 'keys'), { mode: 0o700 })
  cpSync(join(shared, 'keys'), join(home, 'keys'), { recursive: true })
  return { home, tokens: renewDemoIdentities(home) }
}

/** Questions of the demo with the envelope that admits them. */
export const QUESTIONS = {
  hospital: {
    agreement: 'AGR-B',
    purpose: 'insurance.pricing.aggregate',
    sql: "SELECT med_type, count(*) AS claims, avg(total_fee) AS mean_fee FROM mi_settle WHERE med_type <> 'LITERAL-9F3' GROUP BY med_type ORDER BY med_type",
  },
  noisy: {
    agreement: 'AGR-G',
    purpose: 'research.health',
    sql: 'SELECT med_type, count(*) AS claims FROM mi_settle GROUP BY med_type',
  },
  trips: {
    agreement: 'AGR-C',
    purpose: 'transport.planning',
    sql: 'SELECT o_region, count(*) AS trips FROM commute_od GROUP BY o_region ORDER BY trips DESC LIMIT 3',
  },
  rows: {
    agreement: 'AGR-B',
    purpose: 'insurance.pricing.aggregate',
    sql: "SELECT sex FROM person_base WHERE region_code = '390102' LIMIT 3",
  },
} as const
