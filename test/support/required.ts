/** Takes a value that a test relies on, or fails the test where it is missing. */
export function required<T>(value: T | undefined): NonNullable<T> {
  if (value === undefined || value === null) throw new Error('the test relies on this value')
  return value
}
