/** The demo: the whole story on synthetic data, one idea per step. It drives HTTP and nothing else. */

import type { Text } from '../model/text.ts'
import { ALLOWED_JOBS } from './demo-jobs.ts'
import {
  type DemoGateway,
  type DemoStage,
  DemoStopped,
  type Scene,
  setScene,
} from './demo-stage.ts'
import {
  explainFirst,
  refusePrying,
  releaseJob,
  replayFirst,
  tamperWithLog,
  tell,
  verifyReceipt,
} from './demo-steps.ts'
import { createPrinter, type Printer } from './printer.ts'
import type { ExitCode } from './world.ts'

/** Tells the story from beginning to end; 1 when it did not go as told. The gateway is stopped either way. */
export async function runDemo(stage: DemoStage): Promise<ExitCode> {
  const printer = createPrinter(stage, stage.language)
  printer.line({
    en: 'Glovebox: work on what you may not touch',
    zh: 'Glovebox：数据可用不可见，原始数据不出域',
  })
  printer.line('')
  printer.line({
    en: 'A synthetic province is being loaded: people, firms, hospital bills, trips. Nobody in it is real.',
    zh: '正在载入合成的示范省数据：人口、企业、医保结算、出行。其中没有真实的人。',
  })
  const gateway = await stage.start()
  try {
    await tellStory(setScene(stage, gateway), gateway)
    return 0
  } catch (error) {
    if (!(error instanceof DemoStopped)) throw error
    printer.note(error.text)
    return 1
  } finally {
    await gateway.stop()
  }
}

async function tellStory(scene: Scene, gateway: DemoGateway): Promise<void> {
  const { printer } = scene
  heading(printer, 1, { en: 'The gateway is open', zh: '网关已启动' })
  tell(scene, {
    en: `It listens at ${gateway.url}. Operators ask through it; none of them can read a row.`,
    zh: `地址：${gateway.url}。运营机构通过它提问，谁也读不到一行明细。`,
  })

  heading(printer, 2, { en: 'Ask first what a query would do', zh: '先问：这条查询会做什么' })
  await explainFirst(scene)

  heading(printer, 3, { en: 'Three questions under three agreements', zh: '三份协议，三个问题' })
  const released = []
  for (const job of ALLOWED_JOBS) released.push(await releaseJob(scene, job))
  const [first] = released
  if (first === undefined) return

  heading(printer, 4, { en: 'A question that gets no answer', zh: '一个得不到答案的问题' })
  await refusePrying(scene)

  heading(printer, 5, {
    en: 'A receipt that anyone can verify, without us',
    zh: '任何人都能独立验证的回执',
  })
  await verifyReceipt(scene, first)

  heading(printer, 6, {
    en: 'A log that shows where it was touched',
    zh: '改动必留痕的日志',
  })
  const { index } = await tamperWithLog(scene, first)

  heading(printer, 7, { en: 'An auditor runs it again', zh: '审计人员重放' })
  const verdict = await replayFirst(scene, first)

  heading(printer, 8, { en: 'What you saw', zh: '小结' })
  summarise(scene, { released: released.length, index, verdict })
}

function summarise(
  { printer }: Scene,
  seen: { readonly released: number; readonly index: number; readonly verdict: string },
): void {
  printer.line('')
  const lines: readonly Text[] = [
    {
      en: `- ${seen.released} results left, each checked first; 1 query was refused before it ran.`,
      zh: `- ${seen.released} 个结果经检查后发布；1 条查询在执行前被拒绝。`,
    },
    {
      en: '- A receipt verified offline; a result changed by one bit did not.',
      zh: '- 回执离线验证通过；结果改动一个比特即不通过。',
    },
    {
      en: `- One changed bit in the log was found, and placed: entry ${seen.index}.`,
      zh: `- 日志中被改动的一个比特被发现并定位：第 ${seen.index} 条。`,
    },
    {
      en: `- The replay gave ${seen.verdict}: the same bytes again.`,
      zh: `- 重放结论 ${seen.verdict}：结果逐字节一致。`,
    },
  ]
  for (const line of lines) printer.line(line)
  printer.line('')
  printer.line({ en: 'Next:', zh: '下一步：' })
  printer.line({
    en: '  glovebox serve --demo   keep this province open and ask your own questions',
    zh: '  glovebox serve --demo   保持示范省在线，提出您自己的问题',
  })
  printer.line({
    en: '  glovebox help           every command',
    zh: '  glovebox help           全部命令',
  })
}

function heading(printer: Printer, step: number, title: Text): void {
  printer.line('')
  printer.line(`━━ ${step}  ${printer.say(title)}`)
  printer.line('')
}
