/** The steps of the demo, one function each. The order and the frame are in `demo-script.ts`. */

import { ExplanationView, JobView, ReplayView, ResultView } from '../model/api.ts'
import type { Text } from '../model/text.ts'
import type { Answer } from './client.ts'
import { showReplay } from './commands/replay.ts'
import { type DemoJob, FIRM_EXITS, PRYING_JOB } from './demo-jobs.ts'
import { DemoStopped, expectAnswer, type LogCopy, type Scene } from './demo-stage.ts'
import { clipEnd } from './display-width.ts'
import { showChecks, showLogVerification } from './show-checks.ts'
import { describeExplanation } from './show-explanation.ts'
import { showFailure, showProblem } from './show-problem.ts'
import { showResult, showRows } from './show-result.ts'
import { type Tampering, tamperWithTime } from './tamper.ts'
import { waitForJob } from './wait-for-job.ts'
import type { LogVerification } from './world.ts'

const ROWS_SHOWN = 8
const LINES_SHOWN = 24
const WIDTH_SHOWN = 110

export async function explainFirst(scene: Scene): Promise<void> {
  const { printer } = scene
  pose(scene, FIRM_EXITS)
  const order = { body: orderOf(FIRM_EXITS), answer: ExplanationView }
  const client = scene.clientOf(FIRM_EXITS.agreement)
  const explanation = expectAnswer(scene, await client.post('/v1/jobs:explain', order))
  const lines = describeExplanation(printer, explanation).flatMap((line) => line.split('\n'))
  for (const line of lines.slice(0, LINES_SHOWN)) printer.line(clipEnd(line, WIDTH_SHOWN))
  if (lines.length > LINES_SHOWN) printer.line('  …')
}

/** Submits a job, waits for it and shows what it released. */
export async function releaseJob(scene: Scene, job: DemoJob): Promise<JobView> {
  const { printer } = scene
  // Its statement stands under the explanation already.
  if (job === FIRM_EXITS) tell(scene, job.question)
  else pose(scene, job)
  const finished = expectAnswer(scene, await follow(scene, job))
  if (finished.problem) showProblem(printer, finished.problem, job.sql)
  if (finished.state !== 'released')
    throw new DemoStopped({
      en: `This job should have been released. Its state is ${finished.state}.`,
      zh: `该作业本应发布，实际状态为 ${finished.state}。`,
    })
  const path = `/v1/jobs/${finished.id}/result?format=json`
  const answer = await scene.clientOf(job.agreement).get(path, ResultView)
  const result = expectAnswer(scene, answer)
  if (job === FIRM_EXITS) showFirstResult(scene, result)
  else {
    showRows(printer, result, ROWS_SHOWN)
    printer.note(shorten(printer.say(result.guarantee)))
  }
  return finished
}

/** With the whole guarantee, and with what the figures that are missing mean. */
function showFirstResult(scene: Scene, result: ResultView): void {
  showResult(scene.printer, result, ROWS_SHOWN)
  if (result.rows.slice(0, ROWS_SHOWN).some((row) => row.includes(null)))
    tell(scene, {
      en: 'NULL is an answer too: it is withheld, because it rests on too few firms or they are nearly all alike.',
      zh: 'NULL 也是一种回答：该数值涉及的企业过少，或其情形几乎一致，因此不予发布。',
    })
}

/** The later guarantees differ in their first clause. */
function shorten(guarantee: string): string {
  const [first = '', ...rest] = guarantee.split(/[;；]/)
  return rest.length === 0 ? first : `${first} …`
}

/** Submits the prying job and shows the refusal. */
export async function refusePrying(scene: Scene): Promise<void> {
  const { printer } = scene
  pose(scene, PRYING_JOB)
  const answer = await follow(scene, PRYING_JOB)
  if (!answer.ok && answer.failure.kind === 'problem') {
    showFailure(printer, answer.failure, PRYING_JOB.sql)
    return
  }
  const job = expectAnswer(scene, answer)
  if (job.problem === undefined)
    throw new DemoStopped({
      en: 'This query should have been refused.',
      zh: '该查询本应被拒绝。',
    })
  showProblem(printer, job.problem, PRYING_JOB.sql)
}

/** Verifies the receipt of a job with its result, and once more with a result that someone changed. */
export async function verifyReceipt(scene: Scene, job: JobView): Promise<void> {
  const { printer, gateway } = scene
  const { verifiers } = scene.stage
  const client = scene.clientOf(FIRM_EXITS.agreement)
  const path = `/v1/jobs/${job.id}`
  const receipt = expectAnswer(scene, await client.bytes(`${path}/receipt`))
  const result = expectAnswer(scene, await client.bytes(`${path}/result?format=canonical`))
  tell(scene, {
    en: 'The receipt of the first result, checked without asking the gateway:',
    zh: '首个结果的回执，验证时无需询问网关：',
  })
  const genuine = verifiers.verifyReceipt(receipt, { result, policy: gateway.trust })
  showChecks(printer, genuine.checks)
  const changed = Uint8Array.from(result)
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1
  const forged = verifiers.verifyReceipt(receipt, { result: changed, policy: gateway.trust })
  tell(scene, {
    en: 'The same receipt with a result in which one bit was changed:',
    zh: '同一份回执，但结果被改动了一个比特：',
  })
  showChecks(
    printer,
    forged.checks.filter(({ pass }) => !pass),
  )
  if (!genuine.ok || forged.ok)
    throw new DemoStopped({
      en: 'The receipt did not verify as it should.',
      zh: '回执验证结果与预期不符。',
    })
}

/** Verifies a copy of the log, changes one bit of the entry about this job, and verifies again. */
export async function tamperWithLog(scene: Scene, job: JobView): Promise<Tampering> {
  const copy = await scene.gateway.copyLog()
  tell(scene, { en: `A copy of the log: ${copy.place}`, zh: `日志副本：${copy.place}` })
  const whole = await verifyCopy(scene, copy)
  const tampering = await tamperWithTime(
    copy,
    whole.size,
    (leaf) => leaf.includes(job.id) && leaf.includes('"result.released"'),
  )
  if (tampering === undefined)
    throw new DemoStopped({ en: 'The copy holds no entries.', zh: '日志副本中没有条目。' })
  const { index, before, after } = tampering
  tell(scene, {
    en: `Someone edits entry ${index}, about the first result: ${before} becomes ${after}. One bit.`,
    zh: `有人改动第 ${index} 条（首个结果的记录）：${before} 改为 ${after}，仅一个比特。`,
  })
  const damaged = await verifyCopy(scene, copy)
  if (!whole.ok || damaged.ok || damaged.firstBad?.from !== index)
    throw new DemoStopped({
      en: 'The log did not verify as it should.',
      zh: '日志验证结果与预期不符。',
    })
  return tampering
}

export async function replayFirst(scene: Scene, job: JobView): Promise<string> {
  tell(scene, {
    en: 'The first job once more, on the snapshot and the plan that the log recorded:',
    zh: '按日志记录的快照与计划，重跑首个作业：',
  })
  const order = { body: { job: job.id }, answer: ReplayView }
  const answer = await scene.clientOf('auditor').post('/v1/replays', order)
  const report = expectAnswer(scene, answer)
  if (showReplay(scene.printer, report) === 0) return report.verdict
  throw new DemoStopped({ en: 'The replay should have matched.', zh: '重放本应一致。' })
}

/** A sentence of the story, set off from what programs print. */
export function tell({ printer }: Scene, text: Text): void {
  printer.line('')
  printer.line(text)
  printer.line('')
}

function pose(scene: Scene, job: DemoJob): void {
  tell(scene, job.question)
  for (const line of job.sql.split('\n')) scene.printer.line(`  ${line}`)
  scene.printer.line('')
}

async function follow(scene: Scene, job: DemoJob): Promise<Answer<JobView>> {
  const client = scene.clientOf(job.agreement)
  const submitted = await client.post('/v1/jobs', { body: orderOf(job), answer: JobView })
  if (!submitted.ok) return submitted
  return waitForJob({ client, printer: scene.printer, world: scene.stage }, submitted.value.id)
}

async function verifyCopy(scene: Scene, copy: LogCopy): Promise<LogVerification> {
  const { printer, gateway, stage } = scene
  const report = await stage.verifiers.verifyLog({ readFile: copy.read, policy: gateway.trust })
  if (report === undefined)
    throw new DemoStopped({ en: 'The trust policy cannot be read.', zh: '无法读取信任策略。' })
  showLogVerification(printer, report)
  return report
}

function orderOf({ agreement, purpose, sql }: DemoJob) {
  return { agreement, purpose, sql }
}
