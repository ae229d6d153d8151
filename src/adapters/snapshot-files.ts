/**
 * Snapshots on disk: `<root>/<dataset>/<digest>/{data.duckdb, units.duckdb, manifest.json}` and a
 * file `current` per dataset. A folder is complete before it gets its name, and never changes after.
 *
 * Trust: whoever can write here can swap data; `verify` and the digest in each receipt reveal it.
 */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { canonicalJson } from '../model/canonical-json.ts'
import { Identifier } from '../model/data-product.ts'
import { Sha256 } from '../model/digest.ts'
import { type Snapshot, SnapshotManifest } from '../model/snapshot.ts'
import type { SnapshotStore } from '../pipeline/ports.ts'
import { syncPath, writeShared } from './durable-files.ts'
import type { Account } from './worker-launch.ts'

/** Readable by vault workers, and by loaders that carry tables over. */
export const DATA_FILE = 'data.duckdb'
/** Which unit has which number: read by loaders only. */
export const UNITS_FILE = 'units.duckdb'
const MANIFEST_FILE = 'manifest.json'
const CURRENT_FILE = 'current'
/** Unfinished imports; left-overs of a crash are removed when the store is opened. */
const IMPORT_PREFIX = '.import-'

/** A published snapshot is no longer what its digest names. */
export class SnapshotDamaged extends Error {
  override readonly name = 'SnapshotDamaged'
}

export interface SnapshotFiles extends SnapshotStore {
  databaseFile(snapshot: Snapshot): string
  unitsFile(snapshot: Snapshot): string
  /** Creates an empty folder that the worker account may write. */
  createFolder(dataset: string): Promise<string>
  /** Seals a filled folder, gives it its name and makes it the current snapshot. */
  publish(folder: string, manifest: SnapshotManifest): Promise<Snapshot>
  discard(folder: string): Promise<void>
}

/**
 * Opens the store, creating its folder where it is missing.
 *
 * @param account Who workers run as, if not as we do: data files then belong to that group.
 */
export async function openSnapshotFiles(root: string, account?: Account): Promise<SnapshotFiles> {
  const files = new FileSystemSnapshots(resolve(root), account)
  await files.prepare()
  return files
}

class FileSystemSnapshots implements SnapshotFiles {
  readonly #root: string
  readonly #account: Account | undefined
  readonly #known = new Map<string, Snapshot>()

  constructor(root: string, account: Account | undefined) {
    this.#root = root
    this.#account = account
  }

  async prepare(): Promise<void> {
    await this.#createFolder(this.#root)
    for (const dataset of await readdir(this.#root)) {
      for (const name of await readdir(join(this.#root, dataset))) {
        if (name.startsWith(IMPORT_PREFIX)) await this.discard(join(this.#root, dataset, name))
      }
    }
  }

  async current(dataset: string): Promise<Snapshot | undefined> {
    const text = await readIfPresent(join(this.#datasetFolder(dataset), CURRENT_FILE))
    return text === undefined ? undefined : await this.#read(dataset, text.trim())
  }

  async find(digest: string): Promise<Snapshot | undefined> {
    const known = this.#known.get(digest)
    if (known !== undefined || !Sha256.safeParse(digest).success) return known
    for (const dataset of await readdir(this.#root)) {
      const snapshot = await this.#read(dataset, digest)
      if (snapshot !== undefined) return snapshot
    }
    return undefined
  }

  async verify(digest: string): Promise<boolean> {
    const snapshot = await this.find(digest)
    if (snapshot === undefined) return false
    const { file } = snapshot.manifest
    const actual = await describeFile(this.databaseFile(snapshot))
    return actual.sizeBytes === file.sizeBytes && actual.sha256 === file.sha256
  }

  databaseFile(snapshot: Snapshot): string {
    return join(this.#folder(snapshot), DATA_FILE)
  }

  unitsFile(snapshot: Snapshot): string {
    return join(this.#folder(snapshot), UNITS_FILE)
  }

  async createFolder(dataset: string): Promise<string> {
    await this.#createFolder(this.#datasetFolder(dataset))
    const folder = await mkdtemp(join(this.#datasetFolder(dataset), IMPORT_PREFIX))
    if (this.#account !== undefined) await chown(folder, this.#account.uid, this.#account.gid)
    return folder
  }

  async publish(folder: string, manifest: SnapshotManifest): Promise<Snapshot> {
    const text = canonicalJson(manifest)
    const digest = Sha256.parse(createHash('sha256').update(text).digest('hex'))
    const snapshot = { digest, manifest }
    await this.#protect(folder, DATA_FILE, this.#account === undefined ? 0o400 : 0o440)
    await this.#protect(folder, UNITS_FILE, 0o400)
    await writeShared(join(folder, MANIFEST_FILE), text, 0o400)
    await this.#restrict(folder)
    // Equal rows may give an equal database, and then the snapshot is already there.
    if ((await this.find(digest)) === undefined) await rename(folder, this.#folder(snapshot))
    await writeShared(join(this.#datasetFolder(manifest.dataset), CURRENT_FILE), digest, 0o600)
    this.#known.set(digest, snapshot)
    return snapshot
  }

  async discard(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true })
  }

  async #read(dataset: string, digest: string): Promise<Snapshot | undefined> {
    const known = this.#known.get(digest)
    if (known !== undefined) return known
    const text = await readIfPresent(join(this.#datasetFolder(dataset), digest, MANIFEST_FILE))
    if (text === undefined) return undefined
    if (createHash('sha256').update(text).digest('hex') !== digest)
      throw new SnapshotDamaged(`the manifest of snapshot ${digest} was changed`)
    const manifest = SnapshotManifest.parse(JSON.parse(text))
    const snapshot = { digest: Sha256.parse(digest), manifest }
    this.#known.set(digest, snapshot)
    return snapshot
  }

  /** Workers pass through by group; nobody else does. */
  async #createFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await this.#restrict(path)
  }

  async #restrict(folder: string): Promise<void> {
    if (this.#account !== undefined) await chown(folder, 0, this.#account.gid)
    await chmod(folder, this.#account === undefined ? 0o700 : 0o710)
  }

  /** The loader's account owned the file; from now on no worker can change it. */
  async #protect(folder: string, name: string, mode: number): Promise<void> {
    const path = join(folder, name)
    if (this.#account !== undefined) await chown(path, 0, this.#account.gid)
    await chmod(path, mode)
    await syncPath(path)
  }

  #datasetFolder(dataset: string): string {
    return join(this.#root, Identifier.parse(dataset))
  }

  #folder({ digest, manifest }: Snapshot): string {
    return join(this.#datasetFolder(manifest.dataset), digest)
  }
}

/** Size and digest of a file, read in pieces. */
export async function describeFile(path: string): Promise<SnapshotManifest['file']> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  const { size } = await stat(path)
  return { sizeBytes: size, sha256: Sha256.parse(hash.digest('hex')) }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
