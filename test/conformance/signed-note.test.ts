/**
 * Goal: keys and notes are accepted and rejected as Go's note package does, and as C2SP says.
 * Method: the accept and reject tables of golang.org/x/mod/sumdb/note, against our parser.
 */

import { describe, expect, it } from 'vitest'
import {
  checkSignature,
  formatVerifierKey,
  type Note,
  parseNote,
  parseVerifierKey,
  signNote,
  type VerifierKey,
} from '../../src/core/transparency/signed-note.ts'
import { signerFromSeed } from '../support/journal-ports.ts'
import { required } from '../support/required.ts'

const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1)

const TEXT = [
  'If you think cryptography is the answer to your problem,',
  "then you don't know what your problem is.\n",
].join('\n')
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'

const peter = required(parseVerifierKey(PETER))
const enoch = required(parseVerifierKey(ENOCH))

describe('keys', () => {
  it('are read and written back', () => {
    for (const text of [PETER, ENOCH])
      expect(formatVerifierKey(required(parseVerifierKey(text)))).toBe(text)
    const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
    expect(parseVerifierKey(witness)).toMatchObject({ name: 'remora.n621.de', type: 4 })
  })

  it('are refused in every part and with every character changed', () => {
    for (let start = 0; start <= PETER.length; start++)
      for (let end = start + 1; end <= PETER.length; end++)
        if (end - start < PETER.length)
          expect(parseVerifierKey(PETER.slice(start, end))).toBeUndefined()
    for (let at = 0; at < PETER.length; at++) {
      const next = String.fromCharCode(PETER.charCodeAt(at) + 1)
      expect(parseVerifierKey(PETER.slice(0, at) + next + PETER.slice(at + 1))).toBeUndefined()
    }
  })

  it.each([
    [
      'a wrong length',
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    ],
    ['an unknown algorithm', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['too few parts', 'bananas.sigstore.dev+12344556'],
    ['no base64', 'rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!'],
  ])('are refused with %s', (_, text) => {
    expect(parseVerifierKey(text)).toBeUndefined()
  })
})

describe('notes', () => {
  it('are signed as Go signs them', () => {
    const signer = signerFromSeed(SEED, 'PeterNeumann')
    expect(signNote(TEXT, signer)).toBe(`${TEXT}\n${PETER_LINE}`)
  })

  it.each([
    ['one known key', PETER_LINE + ENOCH_LINE, { peter: 'valid' }],
    ['both keys known', PETER_LINE + ENOCH_LINE, { peter: 'valid', enoch: 'valid' }],
    ['only the other key', ENOCH_LINE, { peter: 'absent', enoch: 'valid' }],
    ['the known key twice', PETER_LINE + PETER_LINE, { peter: 'valid' }],
    ['an unknown name with a known signature', rename(PETER_LINE), { peter: 'absent' }],
    ['a known name with an unknown id', PETER_LINE.replace('x08g', 'xxxx'), { peter: 'absent' }],
    ['a damaged signature of a known key', damage(PETER_LINE), { peter: 'invalid' }],
    ['a good and a damaged one', PETER_LINE + damage(PETER_LINE), { peter: 'invalid' }],
    ['a damaged one of an unknown key', PETER_LINE + damage(ENOCH_LINE), { peter: 'valid' }],
  ] as const)('with %s', (_, lines, expected) => {
    const note = required(parseNote(`${TEXT}\n${lines}`))
    expect(note.text).toBe(TEXT)
    const keys: Record<string, VerifierKey> = { peter, enoch }
    const answers = Object.keys(expected).map((name) => [name, checkKey(note, keys[name])])
    expect(Object.fromEntries(answers)).toEqual(expected)
  })

  it('may hold empty lines and sixteen signatures', () => {
    const note = parseNote(`a\n\nb\n\n${ENOCH_LINE.repeat(16)}`)
    expect(note).toMatchObject({ text: 'a\n\nb\n' })
    expect(note?.signatures).toHaveLength(16)
  })

  it.each([
    ['no signatures', TEXT],
    ['an empty signature part', `${TEXT}\n`],
    ['no last newline', `${TEXT}\n${PETER_LINE.slice(0, -1)}`],
    ['a control character', `\u0001${TEXT}\n${PETER_LINE}`],
    ['a tab', `\t${TEXT}\n${PETER_LINE}`],
    ['a lone surrogate', `\ud800${TEXT}\n${PETER_LINE}`],
    ['a name of two words', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad Name')}`],
    ['a name with a plus', `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'a+b')}`],
    ['an unexpected line', `${TEXT}\n${PETER_LINE}Unexpected line.\n`],
    ['a signature that is no base64', `${TEXT}\n— PeterNeumann x08go!\n`],
    ['a signature without bytes', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['too many signatures', `${TEXT}\n${PETER_LINE.repeat(101)}`],
    ['too much of it', `${'x'.repeat(1_000_000)}\n\n${PETER_LINE}`],
  ])('are refused with %s', (_, note) => {
    expect(parseNote(note)).toBeUndefined()
  })
})

function checkKey(note: Note, key: VerifierKey | undefined) {
  return checkSignature(note, required(key))
}

function damage(line: string): string {
  return `${line.slice(0, 60)}ABCD${line.slice(60)}`
}

function rename(line: string): string {
  return line.replace('PeterNeumann', 'CarmenSandiego')
}
