/** What `serve` says when it is ready: where it is, how well it is sealed, how to try it. */

import type { Language } from '../model/text.ts'
import type { DemoIdentity } from './demo-home.ts'

interface ServingFacts {
  readonly url: string
  /** Isolation level that the canary proved. */
  readonly level: number
  /** The policy that trusts this gateway's log; its first line names the key. */
  readonly trust: string
  /** Fresh tokens of the demo identities; absent outside the demo. */
  readonly tokens: Readonly<Record<DemoIdentity, string>> | undefined
  readonly language: Language
}

/** One of each role; the others show that agreements keep operators apart. */
const FIRST = ['operator-a', 'auditor', 'steward'] as const
const MORE = ['operator-c', 'operator-g'] as const

/** Below this level a compromised worker process is not contained. */
const CONTAINED = 2

export function describeLoading(language: Language): string {
  return language === 'zh'
    ? '正在生成并载入示范省数据（仅首次，约十秒）……\n'
    : 'Building and loading the demo province (once, about ten seconds) ...\n'
}

export function describeServing({ url, level, trust, tokens, language }: ServingFacts): string {
  const say = (en: string, zh: string) => (language === 'zh' ? zh : en)
  const [key = ''] = trust.split('\n')
  const lines = [
    say(`Glovebox listens at ${url}`, `Glovebox 已启动：${url}`),
    say(
      'Key of its log, for auditors ("glovebox trust" prints the whole policy):',
      '日志公钥，供审计人员使用（“glovebox trust” 打印完整信任策略）：',
    ),
    `  ${key}`,
  ]
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
    ...FIRST.map((id) => `  ${id.padEnd(11)} ${tokens[id]}`),
    say('More operators, under other agreements:', '其他协议下的运营机构：'),
    ...MORE.map((id) => `  ${id.padEnd(11)} ${tokens[id]}`),
    '',
    say('Try:', '试一试：'),
    `  curl -s ${url}/v1/jobs:explain -H 'authorization: Bearer ${tokens['operator-a']}' \\`,
    `    -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
    '',
    `  export GLOVEBOX_URL=${url} GLOVEBOX_TOKEN=${tokens['operator-a']}`,
    `  npx glovebox submit --wait --agreement ${body.agreement} --purpose ${body.purpose} "${sql}"`,
  ]
}
