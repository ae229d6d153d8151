/** Jobs for people. */

import type { JobView } from '../model/api.ts'
import type { JobState } from '../model/job.ts'
import type { Text } from '../model/text.ts'
import type { Printer } from './printer.ts'
import { formatTable } from './text-table.ts'

export const STATE_NAMES: Readonly<Record<JobState, Text>> = {
  submitted: { en: 'submitted', zh: '已提交' },
  admitted: { en: 'admitted', zh: '已准入' },
  refused: { en: 'refused', zh: '已拒绝' },
  queued: { en: 'queued', zh: '排队中' },
  running: { en: 'running', zh: '运行中' },
  computed: { en: 'computed', zh: '已计算' },
  quarantined: { en: 'awaiting review', zh: '待审核' },
  released: { en: 'released', zh: '已发布' },
  rejected: { en: 'rejected in review', zh: '审核未通过' },
  archived: { en: 'archived', zh: '已归档' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'cancelled', zh: '已取消' },
  cancelled_by_suspension: { en: 'cancelled: agreement suspended', zh: '协议暂停，已取消' },
  aborted_linkage: { en: 'stopped: linkage risk', zh: '存在关联风险，已终止' },
}

export function showJob(printer: Printer, job: JobView): void {
  printer.line(`${job.id}  ${printer.say(STATE_NAMES[job.state])}`)
}

export function showJobs(printer: Printer, jobs: readonly JobView[]): void {
  if (jobs.length === 0) {
    printer.note({ en: 'No jobs yet.', zh: '暂无作业。' })
    return
  }
  const titles: readonly Text[] = [
    { en: 'job', zh: '作业' },
    { en: 'state', zh: '状态' },
    { en: 'agreement', zh: '协议' },
    { en: 'purpose', zh: '用途' },
    { en: 'submitted', zh: '提交时间' },
  ]
  const columns = titles.map((title) => ({ name: printer.say(title), type: 'VARCHAR' }))
  const rows = jobs.map((job) => [
    job.id,
    printer.say(STATE_NAMES[job.state]),
    job.agreement,
    job.purpose,
    job.submittedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
  ])
  for (const line of formatTable({ columns, rows }, rows.length)) printer.line(line)
}
