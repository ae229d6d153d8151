/** A refusal for people: what, where in their text, on which articles, and what to do about it. */

import type { ProblemView } from '../model/api.ts'
import { type Problem, toProblemDetails } from '../model/problem.ts'
import type { Failure } from './client.ts'
import { clipEnd, clipStart, displayWidth } from './display-width.ts'
import type { Printer } from './printer.ts'
import type { ExitCode } from './world.ts'

const LINE_WIDTH = 96
const WIDTH_BEFORE_CARET = 60

/** Prints why a request failed. @param sql The caller's statement, if a place in it may be named. */
export function showFailure(printer: Printer, failure: Failure, sql?: string): ExitCode {
  for (const line of describeFailure(printer, failure, sql)) printer.note(line)
  return 1
}

export function describeFailure(printer: Printer, failure: Failure, sql?: string): string[] {
  switch (failure.kind) {
    case 'problem':
      return describeProblem(printer, failure.problem, sql)
    case 'unreachable':
      return [
        printer.say({
          en: `No gateway answers at ${failure.url}. Start one with "glovebox serve", or name it with --url.`,
          zh: `${failure.url} 没有网关应答。请用 “glovebox serve” 启动网关，或用 --url 指定地址。`,
        }),
      ]
    case 'unreadable':
      return [
        printer.say({
          en: `The answer of ${failure.url} (status ${failure.status}) is not one of a Glovebox gateway.`,
          zh: `${failure.url} 的应答（状态 ${failure.status}）不是 Glovebox 网关的格式。`,
        }),
      ]
  }
}

export function showProblem(printer: Printer, problem: ProblemView, sql?: string): void {
  for (const line of describeProblem(printer, problem, sql)) printer.note(line)
}

/** Prints a refusal of this process, as one over HTTP would read. */
export function showRefusal(printer: Printer, problem: Problem): ExitCode {
  const { basis, ...details } = toProblemDetails(problem, '')
  showProblem(printer, { ...details, basis: [...basis] })
  return 1
}

/** The lines of `showProblem`. */
function describeProblem(printer: Printer, problem: ProblemView, sql?: string): string[] {
  const { say } = printer
  const { title, detail, remedy } = printer.language === 'zh' ? problem.zh : problem
  const verdict =
    problem.status < 500 ? { en: 'Refused: ', zh: '已拒绝：' } : { en: 'Failed: ', zh: '失败：' }
  const excerpt = sql !== undefined && problem.at ? pointAt(sql, problem.at) : []
  const articles =
    problem.basis.length > 0
      ? [`  ${say({ en: 'Articles: ', zh: '依据：' })}${problem.basis.join(', ')}`]
      : []
  return [
    `${say(verdict)}${title} [${problem.code}]`,
    `  ${detail}`,
    ...(excerpt.length > 0 ? ['', ...excerpt, ''] : []),
    ...articles,
    `  ${say({ en: 'Remedy: ', zh: '办法：' })}${remedy}`,
  ]
}

/** The line of a place, with a caret under its column. Long lines are cut around it. */
export function pointAt(
  sql: string,
  { line, column }: { readonly line: number; readonly column: number },
): string[] {
  const text = sql.split(/\r?\n/)[line - 1]
  if (text === undefined) return []
  const flat = text.replaceAll('\t', ' ')
  const before = clipStart(flat.slice(0, column - 1), WIDTH_BEFORE_CARET)
  const after = clipEnd(flat.slice(column - 1), LINE_WIDTH - displayWidth(before))
  const number = String(line)
  return [
    `  ${number} | ${before}${after}`,
    `  ${' '.repeat(number.length)} | ${' '.repeat(displayWidth(before))}^`,
  ]
}
