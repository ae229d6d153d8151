/** Parameters of a statement: typed values given beside its text become constants of its tree. */

import { integerLiteral, NULL_LITERAL, textLiteral } from '../build.ts'
import { type ByteOffset, refuse } from '../refusal.ts'
import { DATE, decimal, TIMESTAMP } from '../sql-type.ts'
import type { Expression } from '../syntax.ts'
import { typedLiteral } from './read-literal.ts'

/** A value as text; dates and timestamps in ISO form, numbers in decimal notation. */
export interface ParameterValue {
  readonly type: 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'
  readonly value: string | null
}

/** What stands for a parameter at its place. */
export type Parameters = (name: string, at: ByteOffset) => Expression

/** Generated SQL keeps its parameters; whoever runs it binds them. */
export const KEPT: Parameters = (name, at) => ({ kind: 'parameter', at, name })

/** A statement's parameters, by name without `$`; `?` is called `1`, `2`, ... */
export function givenParameters(values: ReadonlyMap<string, ParameterValue>): Parameters {
  return (name, at) => {
    const given = values.get(name)
    if (given === undefined) {
      return refuse(
        'sql-unsupported',
        at,
        `No value was given for the parameter ${name}.`,
        `未给出参数 ${name} 的值。`,
      )
    }
    const literal = literalOf(given) ?? refuseValue(name, at)
    return { ...literal, at }
  }
}

function literalOf({ type, value }: ParameterValue): Expression | undefined {
  if (value === null) return NULL_LITERAL
  switch (type) {
    case 'text':
      return textLiteral(value)
    case 'integer':
      return /^-?\d{1,18}$/.test(value) ? integerLiteral(BigInt(value)) : undefined
    case 'decimal': {
      const [, whole = '', fraction = ''] = /^-?(\d{1,18})\.(\d{1,9})$/.exec(value) ?? []
      const width = whole.length + fraction.length
      return typedLiteral(textLiteral(value), decimal(width, fraction.length))
    }
    case 'boolean':
      return typedLiteral(textLiteral(value), { name: 'BOOLEAN' })
    case 'date':
      return typedLiteral(textLiteral(value), DATE)
    case 'timestamp':
      return typedLiteral(textLiteral(value), TIMESTAMP)
  }
}

function refuseValue(name: string, at: ByteOffset): never {
  return refuse(
    'sql-unsupported',
    at,
    `The value of the parameter ${name} does not fit its type.`,
    `参数 ${name} 的值与其类型不符。`,
  )
}
