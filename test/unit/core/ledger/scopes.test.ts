import { describe, expect, it } from 'vitest'
import { scopesOf } from '../../../../src/core/ledger/scopes.ts'
import type { Grant } from '../../../../src/model/grant.ts'
import { aGrant } from '../../../support/grant-builder.ts'
import {
  aNode,
  aPlan,
  FIRM,
  PERSON,
  PRIVACY,
  THRESHOLD,
} from '../../../support/release-builders.ts'

const GRANT: Grant = aGrant(PRIVACY)

describe('scopesOf', () => {
  it('counts against operator, agreement, and each dataset and unit', () => {
    expect(scopesOf(GRANT, aPlan(aNode({ products: ['visits'] })))).toEqual([
      { kind: 'operator', id: 'Gan Data', cap: 100_000_000_000n },
      { kind: 'agreement', id: 'A-1', cap: 250_000_000_000n },
      { kind: 'dataset', id: 'health/person', cap: 1_000_000_000_000n },
    ])
  })

  it('names every dataset once, in order, over all nodes', () => {
    const first = aNode({ products: ['visits', 'payroll', 'regions'] })
    const second = aNode({ products: ['visits'], cellQueries: [{ unit: FIRM, sql: '' }] })
    const ids = scopesOf(GRANT, aPlan(first, second)).map(({ id }) => id)
    expect(ids.slice(2)).toEqual(['health/firm', 'health/person', 'labour/person'])
  })

  it('gives public tables no budget', () => {
    const ids = scopesOf(GRANT, aPlan(aNode({ products: ['regions'] }))).map(({ kind }) => kind)
    expect(ids).toEqual(['operator', 'agreement'])
  })

  it('has nothing to charge in threshold mode', () => {
    expect(scopesOf(aGrant(THRESHOLD), aPlan(aNode()))).toEqual([])
  })

  it('refuses a plan beyond its grant', () => {
    const plan = aPlan(aNode({ products: ['taxes'], cellQueries: [{ unit: PERSON, sql: '' }] }))
    expect(() => scopesOf(GRANT, plan)).toThrow('reads products of its grant')
  })
})
