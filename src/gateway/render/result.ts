/** One released table, four forms. Which one is the caller's choice; the content is the same. */

import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { ok, type Result } from '../../model/result.ts'
import type { ReleasedResult } from '../../pipeline/ports.ts'
import { refuseFields } from '../read-request.ts'
import { respondBytes } from '../respond.ts'
import { toResultView } from '../views.ts'
import { toArrowStream } from './arrow.ts'
import { toCsv } from './csv.ts'

/** `canonical` is what the digest covers: keep it to check a receipt later. */
export const RESULT_TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  arrow: 'application/vnd.apache.arrow.stream',
  canonical: 'application/vnd.glovebox.res-v1',
} as const

export type ResultFormat = keyof typeof RESULT_TYPES

/** `?format=` wins over `Accept`; what neither decides is JSON. */
export function chooseFormat(c: Context): Result<ResultFormat> {
  const asked = c.req.query('format')
  if (asked !== undefined) return isFormat(asked) ? ok(asked) : refuseFields(['format'])
  const type = accepts(c, {
    header: 'Accept',
    supports: Object.values(RESULT_TYPES),
    default: RESULT_TYPES.json,
  })
  return ok(Object.keys(RESULT_TYPES).filter(isFormat).find(hasType(type)) ?? 'json')
}

export function respondResult(c: Context, result: ReleasedResult, format: ResultFormat): Response {
  c.header('vary', 'Accept')
  c.header('glovebox-result-digest', `sha-256=${result.digest}`)
  switch (format) {
    case 'json':
      return c.json(toResultView(result))
    case 'csv':
      return c.body(toCsv(result), 200, {
        'content-type': `${RESULT_TYPES.csv}; charset=utf-8; header=present`,
        'content-disposition': `attachment; filename="${result.job}.csv"`,
      })
    case 'arrow': {
      const { job, digest } = result
      const bytes = toArrowStream(result, { 'glovebox.job': job, 'glovebox.digest': digest })
      return respondBytes(c, bytes, { 'content-type': RESULT_TYPES.arrow })
    }
    case 'canonical':
      return respondBytes(c, result.bytes, { 'content-type': RESULT_TYPES.canonical })
  }
}

function isFormat(text: string): text is ResultFormat {
  return Object.hasOwn(RESULT_TYPES, text)
}

function hasType(type: string): (format: ResultFormat) => boolean {
  return (format) => RESULT_TYPES[format] === type
}
