import { describe, expect, it } from 'vitest'
import type { EntryDraft } from '../../../src/model/audit-entry.ts'
import type { JobId } from '../../../src/model/job.ts'
import type { PrincipalId } from '../../../src/model/principal.ts'
import type { WorkerAnswer, WorkerFailure, Workers } from '../../../src/pipeline/ports.ts'
import { withAlarm } from '../../../src/pipeline/tripwire.ts'
import { LEVEL_1 } from '../../support/isolation.ts'

const ACTOR = { subject: 'ana' as PrincipalId, organisation: 'acme' }

function worldThat(answer: WorkerAnswer<never>) {
  const entries: EntryDraft[] = []
  const alerts: unknown[] = []
  const answers = async () => answer
  const workers: Workers = {
    isolation: () => LEVEL_1,
    environment: () => ({ engine: 'e' }),
    parse: answers,
    computeCells: answers,
    postProcess: answers,
    close: async () => undefined,
  }
  const world = {
    workers,
    journal: {
      size: 0,
      append: async (draft: EntryDraft) => {
        entries.push(draft)
        return { index: 0, leafHash: '', leaf: Buffer.of(), entry: draft } as never
      },
      entries: async function* () {
        // Nothing was logged before.
      },
    },
    operations: { info: () => undefined, error: (facts: unknown) => alerts.push(facts) },
    held: new Set<string>(),
  }
  return { world, entries, alerts }
}

const WORK = {} as never

describe('withAlarm', () => {
  it.each(['parser', 'vault', 'post'] as const)('reports an attack on a %s', async (worker) => {
    const { world, entries, alerts } = worldThat({ ok: false, failure: 'tripwire' })
    const { workers } = withAlarm(world, { actor: ACTOR, job: 'j' as JobId })
    const calls = {
      parser: () => workers.parse('SELECT 1'),
      vault: () => workers.computeCells(WORK),
      post: () => workers.postProcess(WORK),
    }
    expect(await calls[worker]()).toEqual({ ok: false, failure: 'tripwire' })
    const body = { worker, consequence: 'held' }
    expect(entries).toEqual([{ type: 'sandbox.tripwire', actor: ACTOR, job: 'j', body }])
    expect([...world.held]).toEqual(['acme'])
    expect(alerts).toEqual([{ organisation: 'acme', worker, job: 'j' }])
  })

  it.each<WorkerFailure>(['crash', 'out_of_memory', 'query_failed'])(
    'takes %s for what it is',
    async (failure) => {
      const { world, entries } = worldThat({ ok: false, failure })
      await withAlarm(world, { actor: ACTOR }).workers.computeCells(WORK)
      expect(entries).toEqual([])
      expect(world.held.size).toBe(0)
    },
  )

  it('changes nothing else about the workers', async () => {
    const { world } = worldThat({ ok: false, failure: 'crash' })
    const { workers } = withAlarm(world, { actor: ACTOR })
    expect(workers.isolation()).toBe(LEVEL_1)
    expect(workers.environment()).toEqual({ engine: 'e' })
    await workers.close()
  })
})
