import { expect, it } from 'vitest'
import { type Finding, firstBadEntry } from '../../../../src/core/transparency/log-findings.ts'

const detail = { en: 'bad', zh: '错误' }

function finding(from: number, through: number): Finding {
  return { check: 'tile', from, through, detail }
}

it.each([
  ['the earliest certain one', [finding(5, 5), finding(3, 3), finding(9, 9)], finding(3, 3)],
  ['the narrowest of a nested pair', [finding(0, 255), finding(7, 12)], finding(7, 12)],
  ['the narrower of two that end together', [finding(0, 12), finding(7, 12)], finding(7, 12)],
  ['none without a place', [{ check: 'checkpoint', detail }], undefined],
] as const)('names %s', (_, findings, expected) => {
  expect(firstBadEntry(findings)).toEqual(expected)
})
