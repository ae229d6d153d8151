/** Statistics for tests of randomness: exact probabilities of the noise, and p-values. */

/** Below this a test fails. Streams have fixed keys, so a test passes always or never. */
export const SIGNIFICANCE = 1e-6

/** P[Z = x] for discrete Gaussian Z, as a function of |x|. */
export function gaussianProbabilities(variance: number): (x: number) => number {
  const reach = Math.ceil(40 * Math.sqrt(variance)) + 10
  const weights = Array.from({ length: reach }, (_, x) => Math.exp((-x * x) / (2 * variance)))
  const total = weights.reduce((sum, weight) => sum + 2 * weight, -1)
  return (x) => (weights[Math.abs(x)] ?? 0) / total
}

/** P[Z = x] proportional to exp(-|x| * rate). */
export function laplaceProbabilities(rate: number): (x: number) => number {
  return (x) => Math.tanh(rate / 2) * Math.exp(-Math.abs(x) * rate)
}

/** P[Z >= x]. */
export function upperTail(probability: (x: number) => number, x: number): number {
  if (x <= 0) return 1 - upperTail(probability, 1 - x)
  let tail = 0
  for (let at = x; ; at++) {
    const mass = probability(at)
    if (mass < 1e-300) return tail
    tail += mass
  }
}

/** The chance of a goodness-of-fit statistic at least as large, tails merged so that each bin expects ten. */
export function fitPValue(draws: readonly number[], probability: (x: number) => number): number {
  const counts = new Map<number, number>()
  for (const draw of draws) counts.set(draw, (counts.get(draw) ?? 0) + 1)
  let reach = 0
  while (draws.length * upperTail(probability, reach + 1) >= 10) reach++

  const bins = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach)
  let statistic = 0
  for (const bin of bins) {
    const isLast = Math.abs(bin) === reach
    const expected = draws.length * (isLast ? upperTail(probability, reach) : probability(bin))
    let observed = counts.get(bin) ?? 0
    if (isLast) {
      observed = draws.filter((draw) => (bin < 0 ? draw <= bin : draw >= bin)).length
    }
    statistic += (observed - expected) ** 2 / expected
  }
  return chiSquareTail(statistic, bins.length - 1)
}

/** The chance of a contingency statistic at least as large if two sequences are independent. */
export function independencePValue(
  pairs: readonly (readonly [number, number])[],
  binCount: number,
): number {
  const cell = new Map<string, number>()
  const left = new Map<number, number>()
  const right = new Map<number, number>()
  for (const [a, b] of pairs) {
    cell.set(`${a},${b}`, (cell.get(`${a},${b}`) ?? 0) + 1)
    left.set(a, (left.get(a) ?? 0) + 1)
    right.set(b, (right.get(b) ?? 0) + 1)
  }
  let statistic = 0
  for (const [a, countA] of left) {
    for (const [b, countB] of right) {
      const expected = (countA * countB) / pairs.length
      statistic += ((cell.get(`${a},${b}`) ?? 0) - expected) ** 2 / expected
    }
  }
  return chiSquareTail(statistic, (binCount - 1) ** 2)
}

/** P[X >= x] for chi-square X: the regularised upper incomplete gamma function. */
export function chiSquareTail(x: number, degrees: number): number {
  const a = degrees / 2
  const z = x / 2
  if (z <= 0) return 1
  const front = Math.exp(a * Math.log(z) - z - logGamma(a))
  if (z < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; term > 1e-16 * sum; n++) {
      term *= z / (a + n)
      sum += term
    }
    return 1 - front * sum
  }
  // Lentz's continued fraction.
  let b = z + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let n = 1; n < 10_000; n++) {
    const step = -n * (n - a)
    b += 2
    d = 1 / (step * d + b)
    c = b + step / c
    h *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return front * h
}

/** Stirling's series, after moving the argument up where it is accurate. */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x)
  const square = x * x
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    1 / (12 * x) -
    1 / (360 * x * square) +
    1 / (1260 * x * square * square)
  )
}
