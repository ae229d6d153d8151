/** The lattice of a measure: its bounds as whole numbers of steps, in exact arithmetic. */

/** A bound beyond this many steps could overflow the sums of the engine. */
export const MAXIMUM_LATTICE = 2n ** 62n

/** Bounds and steps have at most this many decimals. */
const DECIMALS = 9

/**
 * @param value Decimal text, as `MeasureBounds` admits it.
 * @returns How many steps the value is, or `undefined` when it lies between two.
 */
export function latticeInteger(value: string, step: string): bigint | undefined {
  const numerator = scaled(value)
  const denominator = scaled(step)
  return numerator % denominator === 0n ? numerator / denominator : undefined
}

/** The decimal in units of 1e-9. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'))
}
