/** Fills a home folder with the demo: the synthetic province, imported, and identities to try it with. */

import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IdentityFile } from '../adapters/identity-file.ts'
import { buildProvince } from '../adapters/province.ts'
import { assert } from '../model/assert.ts'
import { Principal } from '../model/principal.ts'
import { identitiesOf, openStore, type StoreOptions } from './deployment.ts'

const DATASET = 'province'

/** Organisations are the parties of the agreements in `policies/agreements`. */
const IDENTITIES = {
  'operator-a': { organisation: 'ganjiang-data', roles: ['operator'] },
  'operator-c': { organisation: 'city-planning-institute', roles: ['operator'] },
  'operator-g': { organisation: 'gan-university', roles: ['operator'] },
  auditor: { organisation: 'province-data-centre', roles: ['auditor'] },
  steward: { organisation: 'province-data-centre', roles: ['steward'] },
} as const

export type DemoIdentity = keyof typeof IDENTITIES

/**
 * Builds and imports the province unless the home already has a snapshot of it.
 *
 * @param onBuild Called before the work begins, and not where there is none.
 */
export async function ensureProvince(
  options: StoreOptions,
  scale: number,
  onBuild?: () => void,
): Promise<void> {
  const { program, policies, snapshots, importer } = await openStore(options)
  try {
    if ((await snapshots.current(DATASET)) !== undefined) return
    onBuild?.()
    const folder = join(options.home, 'province')
    await mkdir(folder, { recursive: true })
    // The loader runs under an account of its own and must be able to read what it imports.
    await chmod(folder, 0o755)
    const target = join(folder, 'province.duckdb')
    const script = join(options.project, 'demo', 'province.sql')
    await buildProvince({ ...program, script, target, scale })
    const products = [...policies.current().products.values()].filter(
      (product) => product.dataset === DATASET,
    )
    const imported = await importer.import({
      dataset: DATASET,
      products,
      sources: [{ path: target }],
    })
    assert(imported.ok, 'the generated province matches the products of the demo')
    await rm(folder, { recursive: true })
  } finally {
    await program.close()
  }
}

/** Gives every demo identity a fresh token: tokens are stored nowhere, so each start makes new ones. */
export function renewDemoIdentities(home: string): Readonly<Record<DemoIdentity, string>> {
  const file = identitiesOf(home)
  const names = Object.keys(IDENTITIES) as DemoIdentity[]
  return Object.fromEntries(names.map((id) => [id, renew(file, id)])) as Record<
    DemoIdentity,
    string
  >
}

function renew(file: IdentityFile, id: DemoIdentity): string {
  const principal = Principal.parse({ id, ...IDENTITIES[id], roles: [...IDENTITIES[id].roles] })
  file.revokeIdentity(principal.id)
  const token = file.createIdentity(principal)
  assert(token.ok, 'a revoked identity can be created again')
  return token.value
}
