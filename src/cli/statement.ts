/** The request that `explain` and `submit` share, from a file or from the command line. */

import { type Context, readNamedText, required, UsageError } from './command.ts'

export const STATEMENT_USAGE = '(FILE.sql | --sql TEXT) --agreement ID --purpose CODE'

export const STATEMENT_OPTIONS = {
  agreement: { type: 'string' },
  purpose: { type: 'string' },
  sql: { type: 'string' },
} as const

export interface Statement {
  readonly agreement: string
  readonly purpose: string
  readonly sql: string
}

/** @throws {UsageError} No statement, two of them, or no agreement or purpose. */
export async function readStatement(
  values: { readonly [option in keyof Statement]?: string | undefined },
  file: string | undefined,
  { world }: Context,
): Promise<Statement> {
  if ((file === undefined) === (values.sql === undefined))
    throw new UsageError({
      en: 'Give one statement: a file or --sql.',
      zh: '请提供一条语句：文件或 --sql。',
    })
  return {
    agreement: required(values.agreement, 'agreement'),
    purpose: required(values.purpose, 'purpose'),
    sql: values.sql ?? (await readNamedText(world, file ?? '')),
  }
}
