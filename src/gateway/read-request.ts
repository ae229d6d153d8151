/** Requests in: bytes, headers and query strings become values of the model, or one problem. */

import type { Context } from 'hono'
import type { z } from 'zod'
import type { Problem } from '../model/problem.ts'
import { decline, ok, type Result } from '../model/result.ts'
import type { Language, Text } from '../model/text.ts'

/** Malformed ids and other tenants' ids get the same answer, so ids cannot be probed. */
export const JOB_NOT_VISIBLE: Problem = {
  code: 'job-not-found',
  detail: { en: 'No job with this id is visible to you.', zh: '没有您可见的该编号作业。' },
}

export const ENTRY_NOT_VISIBLE: Problem = {
  code: 'entry-not-found',
  detail: { en: 'The log has no such entry or tile.', zh: '日志中没有该条目或分块。' },
}

/**
 * Reads a JSON body. A refusal names fields of the schema and nothing the caller sent.
 * Text must be well-formed Unicode, because the log stores it in canonical form.
 */
export async function readBody<S extends z.ZodType>(
  c: Context,
  schema: S,
): Promise<Result<z.infer<S>>> {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) return NOT_JSON
  const body = parseJson(await c.req.arrayBuffer())
  if (!body.ok) return body
  const parsed = schema.safeParse(body.value)
  if (parsed.success) return ok(parsed.data)
  return refuseIssues(parsed.error.issues)
}

const JSON_TYPE = /^application\/json *(;|$)/i
const NOT_JSON = decline('media-type-unsupported', {
  en: 'This route reads JSON.',
  zh: '该接口只接受 JSON。',
})

/** Names each field, with the limit that it exceeds where the schema states one. */
function refuseIssues(issues: readonly z.core.$ZodIssue[]): Result<never> {
  const fields = issues.map((issue) => {
    const name = issue.path.join('.') || 'body'
    const limit: Text | undefined = issue.code === 'custom' ? issue.params?.['limit'] : undefined
    return limit === undefined
      ? { en: name, zh: name }
      : { en: `${name} (${limit.en})`, zh: `${name}（${limit.zh}）` }
  })
  const list = (language: Language) => [...new Set(fields.map((f) => f[language]))].join(', ')
  return decline('request-invalid', { en: `Check: ${list('en')}.`, zh: `请检查：${list('zh')}。` })
}

/** @param names Query parameters that must be non-negative integers. */
export function readIntegers<N extends string>(
  c: Context,
  names: readonly N[],
): Result<Readonly<Record<N, number>>> {
  const values = names.map((name) => [name, parseIndex(c.req.query(name))] as const)
  const wrong = values.filter(([, value]) => value === undefined).map(([name]) => name)
  if (wrong.length > 0) return refuseFields(wrong)
  return ok(Object.fromEntries(values) as Record<N, number>)
}

export function parseIndex(text: string | undefined): number | undefined {
  return text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined
}

/** Absent is fine; present, it is 1 to 128 visible ASCII characters. */
export function readIdempotencyKey(c: Context): Result<string | undefined> {
  const key = c.req.header('idempotency-key')
  return key === undefined || /^[!-~]{1,128}$/.test(key)
    ? ok(key)
    : refuseFields(['Idempotency-Key'])
}

export function refuseFields(fields: readonly string[]): Result<never> {
  const list = [...new Set(fields)].join(', ')
  return decline('request-invalid', { en: `Check: ${list}.`, zh: `请检查：${list}。` })
}

function parseJson(bytes: ArrayBuffer): Result<unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return ok(JSON.parse(text, refuseLoneSurrogates))
  } catch {
    return decline('request-invalid', {
      en: 'The body is not JSON in UTF-8.',
      zh: '请求体不是 UTF-8 编码的 JSON。',
    })
  }
}

function refuseLoneSurrogates(_: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('lone surrogate')
  return value
}
