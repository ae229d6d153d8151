/** Policies from YAML files: read once, checked against their schemas, named by their content. */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { Agreement } from '../model/agreement.ts'
import { canonicalJson } from '../model/canonical-json.ts'
import { DataProduct } from '../model/data-product.ts'
import { Sha256 } from '../model/digest.ts'
import type { PolicySet } from '../model/grant.ts'
import { ReleasePolicy } from '../model/release-policy.ts'
import type { PolicyStore } from '../pipeline/ports.ts'

/** Names every file and field that is wrong, one a line; the service must not start. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError'
}

const SUFFIX = '.yaml'

/**
 * Reads `products/`, `agreements/` and `release/` below a directory. Later changes of the files
 * have no effect on the store.
 *
 * @throws {PolicyFileError} A file is not YAML, does not match its schema, is named after something
 *   else than its content, or does not belong there. Nothing is skipped.
 */
export async function openPolicyFiles(directory: string): Promise<PolicyStore> {
  const problems: string[] = []
  const read = { directory, problems }
  const products = await readFolder(read, 'products', DataProduct, ({ id }) => id)
  const agreements = await readFolder(read, 'agreements', Agreement, ({ id }) => id)
  const releases = await readFolder(read, 'release', ReleasePolicy, ({ name }) => name)
  if (problems.length > 0) throw new PolicyFileError(problems.join('\n'))

  const set: PolicySet = {
    products,
    agreements,
    releases,
    digest: digestOf({ products, agreements, releases }),
  }
  return { current: () => set }
}

/** Reads every file of a folder, in the order of names, and notes what is wrong with each. */
async function readFolder<T>(
  { directory, problems }: { readonly directory: string; readonly problems: string[] },
  folder: 'products' | 'agreements' | 'release',
  schema: z.ZodType<T>,
  nameOf: (policy: T) => string,
): Promise<ReadonlyMap<string, T>> {
  const policies = new Map<string, T>()
  for (const file of (await readdir(join(directory, folder))).sort()) {
    const found = file.endsWith(SUFFIX)
      ? parsePolicy(await readFile(join(directory, folder, file), 'utf8'), schema)
      : { problems: [`only ${SUFFIX} files belong here`] }
    if ('problems' in found) {
      problems.push(...found.problems.map((problem) => `${folder}/${file}: ${problem}`))
      continue
    }
    const name = nameOf(found.policy)
    policies.set(name, found.policy)
    if (`${name}${SUFFIX}` !== file)
      problems.push(`${folder}/${file}: the file is not named after "${name}", which it describes`)
  }
  return policies
}

type Parsed<T> = { readonly policy: T } | { readonly problems: readonly string[] }

function parsePolicy<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  const content = parseYaml(text)
  if ('problems' in content) return content
  const parsed = schema.safeParse(content.policy)
  return parsed.success
    ? { policy: parsed.data }
    : { problems: parsed.error.issues.map(describeIssue) }
}

/** Without aliases: a policy says everything at the place where it is read. */
function parseYaml(text: string): Parsed<unknown> {
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false })
  const problems = [...document.errors, ...document.warnings].map(
    ({ code, message }) => message.split('\n', 1)[0] ?? code,
  )
  if (problems.length > 0) return { problems }
  try {
    return { policy: document.toJS({ maxAliasCount: 0 }) }
  } catch {
    return { problems: ['aliases are not allowed'] }
  }
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.length === 0 ? 'the file' : path.join('.')}: ${message}`
}

function digestOf(policies: Omit<PolicySet, 'digest'>): Sha256 {
  const text = canonicalJson({
    products: Object.fromEntries(policies.products),
    agreements: Object.fromEntries(policies.agreements),
    releases: Object.fromEntries(policies.releases),
  })
  return Sha256.parse(createHash('sha256').update(text, 'utf8').digest('hex'))
}
