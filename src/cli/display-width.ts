/** How many columns text takes in a terminal. Chinese, Japanese and Korean characters take two. */

/** Blocks that Unicode calls wide or fullwidth (UAX 11), and emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f1e6, 0x1f1ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

export function displayWidth(text: string): number {
  return split(text).reduce((sum, { width }) => sum + width, 0)
}

/** Shortens to at most `width` columns; the cut end shows an ellipsis. */
export function clipEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return `${takeColumns(split(text), width - 1).join('')}…`
}

export function clipStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return `…${takeColumns(split(text).reverse(), width - 1)
    .reverse()
    .join('')}`
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text
}

interface Grapheme {
  readonly text: string
  readonly width: number
}

function split(text: string): Grapheme[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({
    text: segment,
    // A cluster is as wide as its widest character: the others combine with it.
    width: Math.max(...[...segment].map((character) => widthOf(character))),
  }))
}

function takeColumns(parts: readonly Grapheme[], width: number): string[] {
  let used = 0
  const taken: string[] = []
  for (const part of parts) {
    used += part.width
    if (used > width) break
    taken.push(part.text)
  }
  return taken
}

function widthOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0
  if (WIDE.some(([first, last]) => code >= first && code <= last)) return 2
  return /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(character) ? 0 : 1
}
