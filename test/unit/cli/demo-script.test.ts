/**
 * Goal: the demo reads well in both languages, and never claims what did not happen.
 * Method: the story is told over a fake gateway and compared with golden text; then each step is made
 * to go wrong.
 */

import { describe, expect, it } from 'vitest'
import { runDemo } from '../../../src/cli/demo-script.ts'
import type { DemoGateway, DemoStage } from '../../../src/cli/demo-stage.ts'
import { displayWidth } from '../../../src/cli/display-width.ts'
import type { Service } from '../../../src/pipeline/ports.ts'
import { createFakeLog } from '../../support/fake-log.ts'
import { RESULT } from '../../support/fake-service.ts'
import { createTestGateway } from '../../support/test-gateway.ts'
import { URL_OF_GATEWAY } from '../../support/test-world.ts'

const JOB = 'job_00000000000000000000000000'

const LEAVES = ['log.start', 'job.submitted', 'result.released', 'job.submitted'].map(
  (type, index) => `{"job":"${JOB}","ts":"2026-01-05T08:00:0${index}.000Z","type":"${type}"}`,
)

/** More rows than the demo shows. */
const LONG_RESULT = {
  ...RESULT,
  rows: Array.from({ length: 12 }, (_, index) => [
    `行业${index}`,
    String(index * 1000),
    index === 3 ? null : '1.00',
  ]),
}

interface Told {
  readonly code: number
  readonly text: string
  readonly stopped: number
}

async function tellDemo(
  {
    overrides = {},
    ...changes
  }: Partial<DemoStage> & { readonly overrides?: Partial<Service> } = {},
  gateway: Partial<DemoGateway> = {},
): Promise<Told> {
  const { app } = createTestGateway({
    result: async (_, job) => ({ ok: true, value: { job, ...LONG_RESULT } }),
    ...overrides,
  })
  const { copy, verifiers } = createFakeLog(LEAVES)
  let text = ''
  let stopped = 0
  const write = (more: string) => {
    text += more
  }
  const stage: DemoStage = {
    stdout: write,
    stderr: write,
    isTerminal: false,
    language: 'en',
    fetch: (url, init) => app.request(url, init),
    sleep: async () => {},
    verifiers,
    start: async () => ({
      url: URL_OF_GATEWAY,
      tokens: {
        'AGR-A': 'token-ana',
        'AGR-B': 'token-ana',
        'AGR-C': 'token-bo',
        auditor: 'token-aud',
      },
      trust: 'log K\nquorum none\n',
      copyLog: async () => copy,
      stop: async () => {
        stopped += 1
      },
      ...gateway,
    }),
    ...changes,
  }
  const code = await runDemo(stage)
  return { code, text, stopped }
}

describe('runDemo', () => {
  it.each(['en', 'zh'] as const)('tells the story in %s', async (language) => {
    const { code, text, stopped } = await tellDemo({ language })
    await expect(text).toMatchFileSnapshot(`../../vectors/demo.${language}.txt`)
    expect({ code, stopped }).toEqual({ code: 0, stopped: 1 })
  })

  it.each(['en', 'zh'] as const)('fits a terminal in %s', async (language) => {
    const { text } = await tellDemo({ language })
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(110)
  })

  it('shows a refusal that comes as a refused job', async () => {
    const { code, text } = await tellDemo({
      overrides: {
        submit: async (principal, request) => ({
          ok: true,
          value: {
            id: JOB as never,
            submitter: principal.id,
            agreement: request.agreement,
            purpose: request.purpose,
            state: request.sql.includes('CAST(name') ? 'refused' : 'submitted',
            submittedAt: 0,
            progress: 0,
          },
        }),
        findJob: async (principal, id) => ({
          ok: true,
          value: {
            id,
            submitter: principal.id,
            agreement: 'AGR-A' as never,
            purpose: 'p',
            state: 'failed',
            submittedAt: 0,
            progress: 0,
            problem: { code: 'execution-failed', detail: { en: 'Stopped.', zh: '已停止。' } },
          },
        }),
      },
    })
    expect(code).toBe(1)
    expect(text).toContain('[execution-failed]')
    expect(text).toContain('should have been released')
    expect(text).not.toContain('What you saw')
  })

  const failing: readonly (readonly [string, Parameters<typeof tellDemo>[0], string])[] = [
    [
      'a gateway that is gone',
      { fetch: () => Promise.reject(new TypeError('fetch failed')) },
      'No gateway',
    ],
    [
      'an explanation that is refused',
      {
        overrides: {
          explain: async () => ({
            ok: false,
            problem: { code: 'no-agreement', detail: { en: 'None.', zh: '无。' } },
          }),
        },
      },
      '[no-agreement]',
    ],
    [
      'a replay that does not match',
      {
        overrides: {
          replay: async (_, job) => ({
            ok: true,
            value: { job, verdict: 'RESULT_MISMATCH', environment: [] },
          }),
        },
      },
      'suspect tampering',
    ],
    [
      'a forged result that passes',
      {
        verifiers: {
          ...createFakeLog(LEAVES).verifiers,
          verifyReceipt: () => ({ ok: true, checks: [] }),
        },
      },
      'did not verify as it should',
    ],
    [
      'tampering that goes unnoticed',
      {
        verifiers: {
          ...createFakeLog(LEAVES).verifiers,
          verifyLog: async () => ({ ok: true, size: LEAVES.length, findings: [] }),
        },
      },
      'did not verify as it should',
    ],
  ]

  it.each(failing)('stops at %s, and says so', async (_, changes, words) => {
    const { code, text, stopped } = await tellDemo(changes)
    expect({ code, stopped }).toEqual({ code: 1, stopped: 1 })
    expect(text).toContain(words)
    expect(text).not.toContain('What you saw')
  })

  it('stops the gateway even when there is a bug', async () => {
    let stopped = 0
    const copyLog = () => Promise.reject(new Error('bug'))
    const stop = async () => {
      stopped += 1
    }
    const telling = tellDemo({}, { copyLog, stop })
    await expect(telling).rejects.toThrow('bug')
    expect(stopped).toBe(1)
  })
})
