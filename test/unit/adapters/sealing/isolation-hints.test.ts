import { describe, expect, it } from 'vitest'
import { explainFacts } from '../../../../src/adapters/sealing/isolation-hints.ts'
import type { SystemFacts } from '../../../../src/adapters/sealing/system-facts.ts'
import { findCandidates } from '../../../../src/adapters/worker-program.ts'

const EVERYTHING: SystemFacts = {
  platform: 'linux',
  bubblewrap: { ok: true },
  namespaces: { ok: true },
  hasKoffi: true,
  settings: {},
  isContainer: false,
}
const FORBIDDEN = { ok: false, reason: 'No permissions to create new namespace' } as const
const FILES = { workerFile: '/w', launcherFile: '/l' }

function hints(facts: Partial<SystemFacts>): string {
  return explainFacts({ ...EVERYTHING, ...facts })
    .map(({ en }) => en)
    .join('\n')
}

describe('explainFacts', () => {
  it('has nothing to say where everything is offered', () => {
    expect(hints({})).toBe('')
  })

  it.each<[string, Partial<SystemFacts>, string]>([
    ['another system', { platform: 'darwin' }, 'Only Linux'],
    ['no bubblewrap', { bubblewrap: { ok: false, reason: 'not installed' } }, 'apt-get install'],
    ['a bubblewrap that fails', { bubblewrap: FORBIDDEN }, 'No permissions'],
    [
      'a system without namespaces for everyone',
      { bubblewrap: FORBIDDEN, settings: { unprivilegedNamespaces: '0' } },
      'kernel.unprivileged_userns_clone=1',
    ],
    [
      'a system without any namespaces',
      { bubblewrap: FORBIDDEN, settings: { maximumNamespaces: '0' } },
      'user.max_user_namespaces',
    ],
    ['AppArmor', { bubblewrap: FORBIDDEN, settings: { appArmor: '1' } }, 'AppArmor'],
    ['a container', { bubblewrap: FORBIDDEN, isContainer: true }, 'level 2 works within it'],
    ['no koffi', { hasKoffi: false }, 'koffi'],
    ['piped core dumps', { settings: { corePattern: '|/usr/bin/catch %p' } }, 'core_pattern'],
  ])('explains %s', (_what, facts, words) => {
    expect(hints(facts)).toContain(words)
  })

  it('speaks of settings only where they are in the way', () => {
    expect(hints({ settings: { unprivilegedNamespaces: '0', corePattern: 'core' } })).toBe('')
  })
})

describe('findCandidates', () => {
  const mechanisms = (facts: Partial<SystemFacts>) =>
    findCandidates(FILES, { ...EVERYTHING, ...facts }).map(({ mechanism }) => mechanism)

  it('tries the highest level first, and always a plain process', () => {
    expect(mechanisms({})).toEqual(['bwrap', 'unshare+landlock', 'landlock', 'process'])
    expect(mechanisms({ bubblewrap: FORBIDDEN, namespaces: FORBIDDEN })).toEqual([
      'landlock',
      'process',
    ])
    expect(mechanisms({ bubblewrap: FORBIDDEN, hasKoffi: false })).toEqual(['process'])
    expect(mechanisms({ platform: 'darwin', bubblewrap: FORBIDDEN })).toEqual(['process'])
  })
})
