/** What a cell leaves in the history: enough to tell how far another cell is from it, and no unit. */

import { combine, type Fingerprint, supportSize, termCount } from './fingerprint.ts'

export interface Footprint {
  readonly units: bigint
  readonly rows: bigint
  /** Of the units of the cell. */
  readonly unitPowers: Fingerprint
  /** Of the units together with the rows that they have in the cell: other rows, another number. */
  readonly rowPowers: Fingerprint
}

/** A cell in a combination of cells. */
export interface SignedFootprint {
  readonly footprint: Footprint
  readonly sign: 1n | -1n
}

/** Terms that the vault computes for a policy of `minimumUnits`: of units, and of units with their rows. */
export function footprintTerms(minimumUnits: number): {
  readonly units: number
  readonly rows: number
} {
  return { units: termCount(minimumUnits - 1), rows: termCount(2 * (minimumUnits - 1)) }
}

/**
 * The number of units by which a combination of cells differs from nothing, when it is below `minimumUnits`. A unit
 * that is in or out counts once; so does one whose rows differ, although it leaves two numbers.
 */
export function footprintDistance(
  cells: readonly SignedFootprint[],
  minimumUnits: number,
): number | undefined {
  const limit = minimumUnits - 1
  const balance = cells.reduce((sum, { footprint, sign }) => sum + sign * footprint.units, 0n)
  if (balance > BigInt(limit) || balance < -BigInt(limit)) return undefined
  const signs = cells.map(({ sign }) => sign)
  const unitPowers = cells.map(({ footprint }) => footprint.unitPowers)
  const units = supportSize(combine(unitPowers, signs, termCount(limit)), limit)
  if (units === undefined) return undefined
  const rowPowers = cells.map(({ footprint }) => footprint.rowPowers)
  const numbers = supportSize(combine(rowPowers, signs, termCount(2 * limit)), 2 * limit)
  if (numbers === undefined) return undefined
  const distance = units + Math.ceil(Math.max(0, numbers - units) / 2)
  return distance <= limit ? distance : undefined
}
