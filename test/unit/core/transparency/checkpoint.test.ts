import { describe, expect, it } from 'vitest'
import {
  parseCheckpointText,
  readCheckpoint,
  signCheckpoint,
} from '../../../../src/core/transparency/checkpoint.ts'
import { EMPTY_ROOT } from '../../../../src/core/transparency/merkle-tree.ts'
import { seededSigner } from '../../../support/journal-ports.ts'

const ROOT = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

describe('a checkpoint', () => {
  it('states origin, size and root, and reads back', () => {
    const note = signCheckpoint({ size: 7, root: EMPTY_ROOT }, seededSigner('log'))
    expect(note).toMatch(/^glovebox\.test\/log\n7\n47DEQpj8.*=\n\n— glovebox\.test\/log \S+\n$/)
    expect(readCheckpoint(note)).toEqual({ origin: 'glovebox.test/log', size: 7, root: EMPTY_ROOT })
  })

  it('may have extension lines', () => {
    expect(parseCheckpointText(`log\n7\n${ROOT}\nmore\nlines\n`)).toMatchObject({ size: 7 })
  })

  it.each([
    ['too few lines', 'log\n7\n'],
    ['no origin', `\n7\n${ROOT}\n`],
    ['no last newline', `log\n7\n${ROOT}`],
    ['a size that is no number', `log\nbananas\n${ROOT}\n`],
    ['a negative size', `log\n-34\n${ROOT}\n`],
    ['a size with a leading zero', `log\n07\n${ROOT}\n`],
    ['a size that is too large', `log\n3438945738945739845734895735\n${ROOT}\n`],
    ['a root that is no base64', "log\n7\nThisIsn'tBase64\n"],
    ['a root of another length', 'log\n7\nYmFuYW5hcw==\n'],
    ['an empty extension line', `log\n7\n${ROOT}\n\nmore\n`],
  ])('is refused with %s', (_, text) => {
    expect(parseCheckpointText(text)).toBeUndefined()
  })
})
