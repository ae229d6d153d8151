/** The files that a worker cannot run without: the runtime, its shared libraries, the engine. */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { IsolationUnavailable } from '../worker-launch.ts'

export interface RuntimeFiles {
  readonly node: string
  /** Shared libraries under the names that the loader looks for. */
  readonly libraries: readonly string[]
  /** Folders of the packages that the bundle loads at run time. */
  readonly packages: readonly string[]
}

const SCOPE = '@duckdb'
const LOADED = /^node-bindings/
const BESIDE = ['detect-libc']
const NATIVE = /\.(node|so)$/

/**
 * @param programs Other programs that start inside, for their libraries.
 * @throws {IsolationUnavailable} Where the system cannot name the libraries.
 */
export function findRuntimeFiles(
  workerFile: string,
  programs: readonly string[] = [],
): RuntimeFiles {
  const node = realpathSync(process.execPath)
  const packages = findPackages(workerFile)
  const natives = packages.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => NATIVE.test(name))
      .map((name) => join(folder, name)),
  )
  const libraries = [node, ...natives, ...programs]
    .flatMap(librariesOf)
    .filter((path) => !packages.some((folder) => path.startsWith(folder)))
  return { node, libraries: [...new Set(libraries)], packages }
}

function findPackages(workerFile: string): readonly string[] {
  const folders = createRequire(workerFile).resolve.paths('x') ?? []
  const modules = folders.find((folder) => existsSync(join(folder, SCOPE)))
  if (modules === undefined) return []
  const engine = readdirSync(join(modules, SCOPE)).filter((name) => LOADED.test(name))
  const names = [...engine.map((name) => join(SCOPE, name)), ...BESIDE]
  return names.map((name) => join(modules, name)).filter(existsSync)
}

function librariesOf(program: string): readonly string[] {
  try {
    const listing = execFileSync('ldd', [program], { encoding: 'utf8', stdio: 'pipe', cwd: '/' })
    return [...listing.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path = '']) => path)
  } catch (error) {
    // A static program has none, and says so with an exit code.
    if (error instanceof Error && 'status' in error && error.status === 1) return []
    throw new IsolationUnavailable(`the libraries of ${dirname(program)} cannot be listed`)
  }
}
