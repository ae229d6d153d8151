/** Home folders for tests that run a whole deployment over the demo province. */

import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type DemoIdentity, renewDemoIdentities } from '../../src/composition/demo-home.ts'
import { temporaryFolder } from './state.ts'

export interface DemoHome {
  readonly home: string
  readonly tokens: Readonly<Record<DemoIdentity, string>>
}

/** A fresh home: its own log, ledger, keys and identities over the shared snapshot. */
export function createDemoHome(label: string): DemoHome {
  const home = temporaryFolder(label)
  const shared = inject('provinceHome')
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
