/** The request that `explain` and `submit` share, with its SQL from the command line or from a file. */

import { type Context, readNamedText, UsageError } from './command.ts'

export const STATEMENT_USAGE = '(SQL | --file FILE) --agreement ID --purpose CODE'

export const STATEMENT_OPTIONS = {
  agreement: { type: 'string' },
  purpose: { type: 'string' },
  file: { type: 'string' },
} as const

export interface Statement {
  readonly agreement: string
  readonly purpose: string
  readonly sql: string
}

type StatementValues = {
  readonly [option in keyof typeof STATEMENT_OPTIONS]?: string | undefined
}

/** @throws {UsageError} No statement, two of them, or no agreement or purpose. */
export async function readStatement(
  values: StatementValues,
  sql: string | undefined,
  { world }: Context,
): Promise<Statement> {
  if ((sql === undefined) === (values.file === undefined))
    throw new UsageError({
      en: 'Give one statement: its SQL in quotes, or --file.',
      zh: '请提供一条语句：加引号的 SQL，或 --file。',
    })
  return {
    agreement: stated(values.agreement, 'agreement'),
    purpose: stated(values.purpose, 'purpose'),
    sql: sql ?? (await readNamedText(world, values.file ?? '')),
  }
}

/** @throws {UsageError} Not given; with where to find one. */
function stated(value: string | undefined, option: 'agreement' | 'purpose'): string {
  if (value !== undefined && value !== '') return value
  throw new UsageError({
    en: `--${option} is missing. Agreements and their purposes are the files in policies/agreements: "id" and "purpose.code".`,
    zh: `缺少 --${option}。协议及其用途见 policies/agreements 中的文件：“id” 与 “purpose.code”。`,
  })
}
