/**
 * Cohort snapping: a cell that differs from earlier ones by too few units is answered with theirs. Whether it
 * differs by none or by some is never told, because both get the same bytes.
 */

import type { UnitName } from '../../../model/data-product.ts'
import type { Sha256 } from '../../../model/digest.ts'
import type { JobId } from '../../../model/job.ts'
import type { KeyBytes } from '../group-keys.ts'
import { type Footprint, footprintDistance } from './footprint.ts'

/** A released cell: how to find its rows again, and its footprint. Snapshots are immutable, so the plan is enough. */
export interface HistoryEntry {
  readonly job: JobId
  readonly plan: Sha256
  readonly snapshot: Sha256
  readonly node: string
  readonly key: KeyBytes
  readonly footprint: Footprint
}

/**
 * What histories are kept apart by: the dataset, through all its snapshots, and the protected unit. Not the
 * operator and not the agreement, or two of them could split a difference between them.
 */
export interface Lineage {
  readonly dataset: string
  readonly unit: UnitName
}

export function lineageKey({ dataset, unit }: Lineage): string {
  return `${dataset}/${unit}`
}

/** The cell's own rows, or a sum and difference of earlier cells' rows on which it is evaluated instead. */
export type CohortDecision =
  | { readonly kind: 'own' }
  | {
      readonly kind: 'snapped'
      readonly terms: readonly { readonly entry: HistoryEntry; readonly sign: 1n | -1n }[]
    }

const OWN: CohortDecision = { kind: 'own' }

/** The released cells of one lineage, in the order of their release. */
export class CohortHistory {
  readonly #minimumUnits: number
  readonly #entries: HistoryEntry[] = []
  /** Positions of entries by number of units. */
  readonly #bySize = new Map<bigint, number[]>()

  /** @param minimumUnits The largest that any policy of the lineage demands. */
  constructor(minimumUnits: number) {
    this.#minimumUnits = minimumUnits
  }

  get size(): number {
    return this.#entries.length
  }

  /** Notes a cell that was released on its own rows. Snapped ones bring nothing new and are not noted. */
  add(entry: HistoryEntry): void {
    const positions = this.#bySize.get(entry.footprint.units) ?? []
    positions.push(this.#entries.length)
    this.#bySize.set(entry.footprint.units, positions)
    this.#entries.push(entry)
  }

  /**
   * Whether a cell may be evaluated on its own rows. One earlier cell is looked for first, then two: their
   * disjoint union, or the larger without the smaller. The earliest that is near decides, however near.
   */
  decide(footprint: Footprint): CohortDecision {
    const single = this.#around(footprint.units).find(
      (entry) =>
        this.#distance([
          [footprint, 1n],
          [entry.footprint, -1n],
        ]) !== undefined,
    )
    if (single !== undefined) return { kind: 'snapped', terms: [{ entry: single, sign: 1n }] }
    return this.#decideByTwo(footprint)
  }

  #decideByTwo(footprint: Footprint): CohortDecision {
    for (const entry of this.#entries) {
      const { units } = entry.footprint
      const whole = this.#around(footprint.units + units).find(
        (other) => other !== entry && this.#isNear(footprint, [other, 1n], [entry, -1n]),
      )
      if (whole !== undefined) {
        return {
          kind: 'snapped',
          terms: [
            { entry: whole, sign: 1n },
            { entry, sign: -1n },
          ],
        }
      }
      const rest = this.#around(footprint.units - units).find(
        (other) => other !== entry && this.#isNear(footprint, [entry, 1n], [other, 1n]),
      )
      if (rest !== undefined) {
        return {
          kind: 'snapped',
          terms: [
            { entry, sign: 1n },
            { entry: rest, sign: 1n },
          ],
        }
      }
    }
    return OWN
  }

  #isNear(footprint: Footprint, ...terms: readonly (readonly [HistoryEntry, 1n | -1n])[]): boolean {
    const others = terms.map(([entry, sign]) => [entry.footprint, sign === 1n ? -1n : 1n] as const)
    return this.#distance([[footprint, 1n], ...others]) !== undefined
  }

  #distance(cells: readonly (readonly [Footprint, 1n | -1n])[]): number | undefined {
    return footprintDistance(
      cells.map(([footprint, sign]) => ({ footprint, sign })),
      this.#minimumUnits,
    )
  }

  /** Entries whose number of units is near enough to matter, earliest first. */
  #around(units: bigint): readonly HistoryEntry[] {
    const limit = BigInt(this.#minimumUnits) - 1n
    const positions: number[] = []
    for (let size = units - limit; size <= units + limit; size++) {
      positions.push(...(this.#bySize.get(size) ?? []))
    }
    return positions
      .toSorted((a, b) => a - b)
      .map((position) => this.#entries[position])
      .filter((entry) => entry !== undefined)
  }
}
