/** The request that `explain` and `submit` share, with its SQL from the command line or from a file. */

import { type Context, readNamedText, required, UsageError } from './command.ts'

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
    agreement: required(values.agreement, 'agreement'),
    purpose: required(values.purpose, 'purpose'),
    sql: sql ?? (await readNamedText(world, values.file ?? '')),
  }
}
