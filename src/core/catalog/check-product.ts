/** Does a data product protect whom it says it protects, with numbers that can be summed exactly? */

import type { Column, DataProduct, MeasureBounds } from '../../model/data-product.ts'
import { latticeInteger, MAXIMUM_LATTICE } from './lattice.ts'
import { repeated } from './repeated.ts'

export function checkProduct(product: DataProduct): readonly string[] {
  const names = product.columns.map(({ name }) => name)
  return [
    ...repeated(names).map((name) => `column "${name}" is listed twice`),
    ...checkUnits(product),
    ...product.columns.flatMap((column) =>
      checkColumn(column).map((problem) => `column "${column.name}" ${problem}`),
    ),
  ].map((problem) => `products/${product.id}: ${problem}`)
}

function checkUnits({ units, columns }: DataProduct): readonly string[] {
  if (units.length === 0)
    return columns
      .filter(({ role }) => role !== 'plain')
      .map(({ name }) => `protects no unit, yet column "${name}" is not plain`)
  return [
    ...repeated(units.map(({ unit }) => unit)).map((unit) => `unit "${unit}" is listed twice`),
    ...repeated(units.map(({ column }) => column)).map(
      (name) => `two units share column "${name}"`,
    ),
    ...units.flatMap((unit) =>
      checkUnitColumn(columns.find(({ name }) => name === unit.column)).map(
        (problem) => `the column "${unit.column}" of unit "${unit.unit}" ${problem}`,
      ),
    ),
  ]
}

function checkUnitColumn(column: Column | undefined): readonly string[] {
  if (column === undefined) return ['does not exist']
  const problems: string[] = []
  if (column.role !== 'direct_identifier') problems.push('is not a direct identifier')
  if (!column.uses.includes('join_key')) problems.push('lacks the use join_key')
  if (column.nullable) problems.push('may be null: rows of nobody would be protected by nothing')
  return problems
}

function checkColumn(column: Column): readonly string[] {
  const forbidden = column.uses.filter(
    (use) => column.role === 'direct_identifier' && use !== 'join_key',
  )
  return [
    ...repeated(column.uses).map((use) => `lists the use ${use} twice`),
    ...forbidden.map((use) => `is a direct identifier and may not have the use ${use}`),
    ...checkMeasure(column),
    ...checkDomain(column),
  ]
}

function checkMeasure({ type, uses, measure }: Column): readonly string[] {
  const isNumeric = /^(TINYINT|SMALLINT|INTEGER|BIGINT|DOUBLE|DECIMAL)/.test(type)
  if (measure === undefined)
    return isNumeric && uses.includes('aggregate') ? ['is summed without measure bounds'] : []
  return isNumeric ? checkBounds(measure) : ['has measure bounds but no numeric type']
}

function checkBounds({ lower, upper, step }: MeasureBounds): readonly string[] {
  const low = latticeInteger(lower, step)
  const high = latticeInteger(upper, step)
  if (low === undefined || high === undefined)
    return [`has bounds that are no multiples of its step ${step}`]
  if (low >= high) return ['has a lower bound that is not below the upper one']
  return -low > MAXIMUM_LATTICE || high > MAXIMUM_LATTICE
    ? ['has bounds beyond 2^62 steps: sums could overflow']
    : []
}

function checkDomain({ type, domain }: Column): readonly string[] {
  if (domain === undefined) return []
  const spelling = DOMAIN_SPELLINGS[type]
  if (spelling === undefined) return [`has a domain, which type ${type} cannot have`]
  return [
    ...(domain.length === 0 ? ['has an empty domain'] : []),
    ...repeated(domain).map((value) => `lists the domain value "${value}" twice`),
    ...domain
      .filter((value) => !spelling.test(value))
      .map((value) => `has the domain value "${value}", which is no canonical ${type}`),
  ]
}

const INTEGER_TEXT = /^(?:0|-?[1-9]\d*)$/

/** Domain values are compared as text, so that only one spelling of a value may be listed. */
const DOMAIN_SPELLINGS: Readonly<Record<string, RegExp>> = {
  VARCHAR: /^[\s\S]+$/,
  BOOLEAN: /^(?:true|false)$/,
  TINYINT: INTEGER_TEXT,
  SMALLINT: INTEGER_TEXT,
  INTEGER: INTEGER_TEXT,
  BIGINT: INTEGER_TEXT,
}
