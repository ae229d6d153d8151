/** The commands that work in this process, on the home folder and the workers of this machine. */

import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { rotateNoiseKey } from '../adapters/file-noise-keys.ts'
import { makeHome } from '../adapters/home-folder.ts'
import { buildProvince } from '../adapters/province.ts'
import { openWorkerProgram } from '../adapters/worker-program.ts'
import type { LocalCommands } from '../cli/world.ts'
import type { Settings } from '../config.ts'
import { ensureProvince, renewDemoIdentities } from './demo-home.ts'
import {
  identitiesOf,
  keyFile,
  openStore,
  readTrustPolicy,
  type StoreOptions,
} from './deployment.ts'
import { playDemo } from './play-demo.ts'
import { startServing } from './serve.ts'
import { describeLoading, describeServing } from './serving-text.ts'

/** @param say Prints one paragraph for whoever started the program. */
export function createLocalCommands(
  settings: Settings,
  project: string,
  say: (text: string) => void,
): LocalCommands {
  const storeOf = (home = settings.home): StoreOptions => ({
    home,
    policies: settings.policies ?? join(project, 'policies'),
    project,
    environment: settings.environment,
  })
  return {
    serve: async (options) => {
      const { demo, scale, language, host = settings.host, port = settings.port } = options
      const store = storeOf(options.home)
      if (demo) await ensureProvince(store, scale, () => say(describeLoading(language)))
      const serving = await startServing({ ...store, host, port })
      const tokens = demo ? renewDemoIdentities(store.home) : undefined
      const { level } = serving.deployment.world.workers.isolation()
      const trust = serving.deployment.world.log.trustPolicy()
      say(describeServing({ url: serving.url, level, trust, tokens, language }))
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
      await serving.stop()
      return 0
    },

    demo: (options) => playDemo({ ...options, project, settings }),

    import: async ({ dataset, sources, allowEmpty, home, onProgress }) => {
      const { program, policies, snapshots, importer } = await openStore(storeOf(home))
      try {
        const products = [...policies.current().products.values()].filter(
          (product) => product.dataset === dataset,
        )
        const base = await snapshots.current(dataset)
        return await importer.import(
          { dataset, products, sources, allowEmpty, ...(base === undefined ? {} : { base }) },
          { onProgress },
        )
      } finally {
        await program.close()
      }
    },

    province: async ({ target, scale }) => {
      const program = await openWorkerProgram(project, settings.environment)
      try {
        const script = join(project, 'demo', 'province.sql')
        await buildProvince({ ...program, script, target: resolve(target), scale })
      } finally {
        await program.close()
      }
    },

    doctor: async () => {
      const program = await openWorkerProgram(project, settings.environment)
      await program.close()
      return { isolation: program.isolation, hints: program.hints }
    },

    createIdentity: async ({ principal, home = settings.home }) => {
      makeHome(home)
      const token = identitiesOf(home).createIdentity(principal)
      return token.ok ? { ok: true, value: { token: token.value } } : token
    },

    listIdentities: async ({ home = settings.home }) => identitiesOf(home).principals(),

    revokeIdentity: async ({ id, home = settings.home }) => {
      const identities = identitiesOf(home)
      const isKnown = identities.principals().some((principal) => principal.id === id)
      return isKnown && identities.revokeIdentity(id)
    },

    trustPolicy: async ({ home = settings.home }) => await readTrustPolicy(home),

    rotateNoiseKey: async ({ home = settings.home }) => {
      const path = keyFile(home, 'noise.json')
      return existsSync(path) ? rotateNoiseKey(path) : undefined
    },
  }
}
