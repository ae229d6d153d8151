/**
 * Goal: the policies say what policies/expectations says they say, and nothing more.
 * Method: each expectation is decided by the code that decides about jobs; then every use that an
 * agreement grants must be one that some expected question takes.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { openPolicyFiles } from '../../src/adapters/policy-files.ts'
import { authorise } from '../../src/core/access/authorise.ts'
import { checkAvailable } from '../../src/core/access/availability.ts'
import { checkPolicies } from '../../src/core/catalog/check-policies.ts'
import type { Agreement } from '../../src/model/agreement.ts'
import type { Grant } from '../../src/model/grant.ts'
import { Principal } from '../../src/model/principal.ts'
import type { Result } from '../../src/model/result.ts'
import { Expectation } from '../support/expectation.ts'

const POLICIES = join(import.meta.dirname, '../../policies')
const FOLDER = join(POLICIES, 'expectations')

const policies = (await openPolicyFiles(POLICIES)).current()

const files = readdirSync(FOLDER)
  .sort()
  .map((file) => {
    const content: unknown = parse(readFileSync(join(FOLDER, file), 'utf8'))
    return [file, z.array(Expectation).parse(content)] as const
  })
const all = files.flatMap(([, expectations]) => expectations)

describe.each(files)('%s', (_file, expectations) => {
  describe.each(expectations.map((expectation) => [titleOf(expectation), expectation] as const))(
    '%s',
    (_title, expectation) => {
      const decision = decide(expectation)

      it('is decided as expected', () => {
        expect(summarise(decision)).toEqual(expectation.expect)
      })

      it.each(Object.entries(expectation.may))('may: %s', (_, uses) => {
        expect(uses.filter((use) => !isPermitted(use, decision))).toEqual([])
      })

      it.each(Object.entries(expectation.mayNot))('may not: %s', (_, uses) => {
        expect(uses.filter((use) => isPermitted(use, decision))).toEqual([])
      })

      it('names columns that exist, so that "may not" is not a spelling mistake', () => {
        const uses = [
          ...Object.values(expectation.may),
          ...Object.values(expectation.mayNot),
        ].flat()
        const columns = uses.flatMap((use) => use.match(/\w+\.\w+/g) ?? [])
        expect(columns.filter((column) => !isColumn(column))).toEqual([])
      })

      it.each(Object.entries(expectation.shut))('finds %s shut: %s', (id, problem) => {
        const product = policies.products.get(id)
        const answer = product && checkAvailable(product)
        expect(answer).toMatchObject({ ok: false, problem: { code: problem } })
      })
    },
  )
})

describe('the policies as a set', () => {
  it('have no contradiction', () => {
    expect(checkPolicies(policies.products, policies.agreements, policies.releases)).toEqual([])
  })

  it.each([...policies.agreements.keys()])('are expected to decide something about %s', (id) => {
    expect(all.map(({ request }) => String(request.agreement))).toContain(id)
  })

  it.each([...policies.agreements].filter(([, { state }]) => state === 'active'))(
    '%s grants nothing that no expected question takes',
    (_id, agreement) => {
      const taken = new Set(
        all
          .filter(({ request }) => request.agreement === agreement.id)
          .flatMap(({ may }) => Object.values(may).flat())
          .flatMap((use) => [use, ...keysOfJoin(use)]),
      )
      expect(usesOf(agreement).filter((use) => !taken.has(use))).toEqual([])
    },
  )
})

function titleOf({ request }: Expectation): string {
  const { principal, agreement, purpose, day } = request
  return `${principal} under ${agreement} for ${purpose} on ${day}`
}

function decide({ request }: Expectation): Result<Grant> {
  const [role, organisation] = request.principal.split('@')
  const principal = Principal.parse({ id: 'somebody', organisation, roles: [role] })
  return authorise({ principal, request, policies, day: request.day })
}

function summarise(decision: Result<Grant>): Expectation['expect'] {
  if (!decision.ok) return { decision: 'refused', problem: decision.problem.code }
  const { release } = decision.value
  return { decision: 'granted', mode: release.rules.mode, release: release.name }
}

function isPermitted(use: string, decision: Result<Grant>): boolean {
  return decision.ok && usesOf(decision.value.agreement).includes(use)
}

/** Every use and every join of an agreement, as expectations write them. */
function usesOf({ products, joins }: Agreement): readonly string[] {
  return [
    ...Object.entries(products).flatMap(([product, columns]) =>
      Object.entries(columns).flatMap(([column, uses]) =>
        uses.map((use) => `${use} ${product}.${column}`),
      ),
    ),
    ...joins.map(([left, right]) => `join ${left} = ${right}`),
  ]
}

function isColumn(path: string): boolean {
  const [product = '', column] = path.split('.')
  return policies.products.get(product)?.columns.some(({ name }) => name === column) ?? false
}

function keysOfJoin(use: string): readonly string[] {
  const [, left, right] = /^join (\S+) = (\S+)$/.exec(use) ?? []
  return left === undefined || right === undefined ? [] : [`join_key ${left}`, `join_key ${right}`]
}
