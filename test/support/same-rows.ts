/** Compares result rows as sets: numbers up to rounding, a zero share like an absent one. */

type Row = readonly (string | null)[]

export function sameRows(actual: readonly Row[], expected: readonly Row[]): string {
  if (actual.length !== expected.length)
    return `${actual.length} rows instead of ${expected.length}`
  const left = actual.map(normalised).sort(byText)
  const right = expected.map(normalised).sort(byText)
  const differs = left.findIndex((row, index) => !sameRow(row, right[index] ?? []))
  if (differs < 0) return 'same'
  return `row ${differs}: ${JSON.stringify(left[differs])} instead of ${JSON.stringify(right[differs])}`
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left === right ? 0 : 1
}

/** A cell without rows is absent from a release, where the engine counts zero. */
function normalised(row: Row): readonly (string | null)[] {
  return row.map((value) => {
    if (value === null || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) return value
    const number = Number(value)
    return number === 0 ? null : number.toPrecision(12)
  })
}

function sameRow(a: Row, b: Row): boolean {
  return (
    a.length === b.length &&
    a.every((value, index) => {
      const other = b[index]
      if (value === other) return true
      const distance = Math.abs(Number(value) - Number(other))
      return distance <= 1e-9 * Math.max(1, Math.abs(Number(value)))
    })
  )
}
