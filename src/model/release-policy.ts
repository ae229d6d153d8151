/** A release policy: the rules under which aggregates may leave, chosen by the data owner. */

import { z } from 'zod'
import { Identifier, UnitName } from './data-product.ts'

/** Shares and ratios in thousandths, so that rules are decided in integers. */
const PerMille = z.int().min(1).max(1000)

export const UnitRules = z.strictObject({
  /** R1: the smallest number of units behind a released cell. */
  minimumUnits: z.int().min(2).max(100_000),
  /** R2 (n,k): the largest, and the two largest, may hold at most this share of a total. */
  largestShare: PerMille,
  twoLargestShare: PerMille,
  /** R3 (p%): without the two largest, the rest must be at least this share of the largest. */
  remainderShare: PerMille,
  /**
   * R5: the smallest number of units on either side of a condition or of a yes/no column whose count is
   * shown as a part of a larger cell. From `minimumUnits` on, no part is shown that could not stand alone.
   */
  minorityUnits: z.int().min(2).max(100_000).default(3),
  /** R5: the most that the larger side may hold of that cell, where the smaller one could not stand alone. */
  largestClass: PerMille.default(900),
})
export type UnitRules = Readonly<z.infer<typeof UnitRules>>

export const ThresholdRules = z.strictObject({
  mode: z.literal('threshold'),
  units: z.record(UnitName, UnitRules),
  /** R7: counts are rounded to multiples of this; 1 leaves them exact. */
  countBase: z.int().min(1).max(100),
  /** R7: sums and means keep this many significant digits. */
  significantDigits: z.int().min(1).max(15),
  maximumCells: z.int().min(1).max(1_000_000),
})
export type ThresholdRules = Readonly<z.infer<typeof ThresholdRules>>

/** zCDP budgets are integers in units of 1e-12 rho, as decimal text. */
const PicoRho = z.string().regex(/^[1-9]\d{0,15}$/)

export const PrivacyRules = z.strictObject({
  mode: z.literal('dp'),
  /** rho of one query, shared by its aggregates. */
  rhoPerQuery: PicoRho,
  caps: z.strictObject({ operator: PicoRho, agreement: PicoRho, dataset: PicoRho }),
  /** delta of one query for private group keys, as a power of ten: 9 means 1e-9. */
  thresholdDeltaExponent: z.int().min(6).max(15),
  /** L0: groups one unit may contribute to. */
  maximumGroupsPerUnit: z.int().min(1).max(64),
  /** M: rows one unit may contribute to one group. */
  maximumRowsPerGroup: z.int().min(1).max(1024),
  maximumCells: z.int().min(1).max(1_000_000),
})
export type PrivacyRules = Readonly<z.infer<typeof PrivacyRules>>

export const ReleaseRules = z.discriminatedUnion('mode', [ThresholdRules, PrivacyRules])
export type ReleaseRules = z.infer<typeof ReleaseRules>

export const ReleasePolicy = z.strictObject({
  name: Identifier,
  title: z.strictObject({ en: z.string(), zh: z.string() }),
  rules: ReleaseRules,
  /** The weakest isolation level at which jobs under this policy may run. */
  minimumIsolation: z.int().min(0).max(4),
  /** Accepts level 1 with a banner on systems that offer no more. Never for production. */
  acceptsDevelopmentIsolation: z.boolean().default(false),
})
export type ReleasePolicy = Readonly<z.infer<typeof ReleasePolicy>>
