/** The commands that work in this process: `serve`, `import`, `identity create`, and the demo's stage. */

import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openIdentityFile } from '../adapters/identity-file.ts'
import { buildProvince } from '../adapters/province.ts'
import { openWorkerProgram } from '../adapters/worker-program.ts'
import type { LocalCommands } from '../cli/world.ts'
import type { Settings } from '../config.ts'
import { ensureProvince, renewDemoIdentities } from './demo-home.ts'
import { openStore, type StoreOptions } from './deployment.ts'
import { playDemo } from './play-demo.ts'
import { startServing } from './serve.ts'
import { describeServing } from './serving-text.ts'

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
    serve: async ({ demo, scale, home, host = settings.host, port = settings.port }) => {
      const store = storeOf(home)
      if (demo) await ensureProvince(store, scale)
      const serving = await startServing({ ...store, host, port })
      const tokens = demo ? renewDemoIdentities(store.home) : undefined
      const { level } = serving.deployment.world.workers.isolation()
      say(describeServing({ url: serving.url, level, tokens, language: settings.language }))
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
      await serving.stop()
      return 0
    },

    demo: (options) => playDemo({ ...options, project, settings }),

    import: async ({ dataset, sources, home, onProgress }) => {
      const { program, policies, snapshots, importer } = await openStore(storeOf(home))
      try {
        const products = [...policies.current().products.values()].filter(
          (product) => product.dataset === dataset,
        )
        const base = await snapshots.current(dataset)
        return await importer.import(
          { dataset, products, sources, ...(base === undefined ? {} : { base }) },
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
      mkdirSync(home, { recursive: true })
      const token = openIdentityFile(join(home, 'identities.json')).createIdentity(principal)
      return token.ok ? { ok: true, value: { token: token.value } } : token
    },
  }
}
