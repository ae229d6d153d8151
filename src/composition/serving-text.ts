/** What `serve` says when it is ready: where it is, how well it is sealed, how to try it. */

import type { Language } from '../model/text.ts'
import type { DemoIdentity } from './demo-home.ts'

interface ServingFacts {
  readonly url: string
  /** Isolation level that the canary proved. */
  readonly level: number
  /** Fresh tokens of the demo identities; absent outside the demo. */
  readonly tokens: Readonly<Record<DemoIdentity, string>> | undefined
  readonly language: Language
}

/** Below this level a compromised worker process is not contained. */
const CONTAINED = 2

export function describeServing({ url, level, tokens, language }: ServingFacts): string {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en)
  const lines = [say(`Glovebox listens at ${url}`, `Glovebox 已启动：${url}`)]
  if (level < CONTAINED)
    lines.push(
      '',
      say(
        `!!! DEVELOPMENT ONLY: workers run at isolation level ${level}. Hostile SQL is stopped; a worker`,
        `!!! 仅供开发：计算进程隔离等级为 ${level}。可阻止恶意 SQL，`,
      ),
      say(
        '!!! process that is itself taken over is not. Every receipt says so.',
        '!!! 但不能约束被攻陷的计算进程。每份回执均注明。',
      ),
    )
  if (tokens !== undefined) lines.push('', ...describeDemo(url, tokens, say))
  return `${lines.join('\n')}\n\n`
}

function describeDemo(
  url: string,
  tokens: Readonly<Record<DemoIdentity, string>>,
  say: (en: string, zh: string) => string,
): readonly string[] {
  const sql = 'SELECT sex, count(*) AS persons FROM person_base GROUP BY sex'
  const body = { agreement: 'AGR-B', purpose: 'insurance.pricing.aggregate', sql }
  return [
    say(
      'Identities for this run (new ones at each start):',
      '本次运行的身份令牌（每次启动重新生成）：',
    ),
    ...Object.entries(tokens).map(([id, token]) => `  ${id.padEnd(11)} ${token}`),
    '',
    say('Try:', '试一试：'),
    `  curl -s ${url}/v1/jobs:explain -H 'authorization: Bearer ${tokens['operator-a']}' \\`,
    `    -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
    '',
    `  export GLOVEBOX_URL=${url} GLOVEBOX_TOKEN=${tokens['operator-a']}`,
    `  npx glovebox submit --wait --agreement ${body.agreement} --purpose ${body.purpose} "${sql}"`,
  ]
}
