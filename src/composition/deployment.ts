/** Connects one deployment: keys, policies, snapshots, workers and the log of one home folder. Decides nothing. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEncryptedBlobs } from '../adapters/encrypted-blobs.ts'
import { openFileBlobs } from '../adapters/file-blobs.ts'
import { openConcealer } from '../adapters/file-concealer.ts'
import { openNoiseKeys } from '../adapters/file-noise-keys.ts'
import { openFileRecords } from '../adapters/file-records.ts'
import { openFileSigner } from '../adapters/file-signer.ts'
import { checkHome, makeHome } from '../adapters/home-folder.ts'
import { type IdentityFile, openIdentityFile } from '../adapters/identity-file.ts'
import { openPolicyFiles, PolicyFileError } from '../adapters/policy-files.ts'
import { createSealedWorkers } from '../adapters/sealed-workers.ts'
import { secureRandom } from '../adapters/secure-random.ts'
import { openSnapshotFiles, type SnapshotFiles } from '../adapters/snapshot-files.ts'
import { createSnapshotImporter } from '../adapters/snapshot-importer.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { type OpenWorkerProgram, openWorkerProgram } from '../adapters/worker-program.ts'
import { checkPolicies } from '../core/catalog/check-policies.ts'
import { MutableJobBook } from '../core/jobs/job-book.ts'
import { verifierKeyOf } from '../core/transparency/signed-note.ts'
import { formatSingleLogPolicy } from '../core/transparency/trust-policy.ts'
import { announceSnapshots } from '../pipeline/announced-snapshots.ts'
import { BookedJournal } from '../pipeline/booked-journal.ts'
import { BudgetKeeper } from '../pipeline/budget-keeper.ts'
import { JobQueue } from '../pipeline/job-queue.ts'
import { JobService } from '../pipeline/job-service.ts'
import type { JobWorld } from '../pipeline/job-world.ts'
import { openJournal } from '../pipeline/journal.ts'
import type { Importer, Log, PolicyStore } from '../pipeline/ports.ts'
import { announceState, rebuildState } from '../pipeline/recover.ts'

/** How long an orderly stop waits for running jobs. */
const STOP_MS = 5_000

/** Names the log in checkpoints and receipts, for the life of a deployment. */
const ORIGIN = 'glovebox.example/log'
const LOG_KEY = 'log.pem'

export interface StoreOptions {
  /** Keys, snapshots, the log, results: everything a deployment keeps. */
  readonly home: string
  readonly policies: string
  /** Where this program is installed. */
  readonly project: string
  /** The gateway's own environment, which no worker may inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface DeploymentOptions extends StoreOptions {
  readonly operations: Log
}

export interface Deployment {
  readonly service: JobService
  readonly world: JobWorld
  close(): Promise<void>
}

/** What `import` needs: no log, no identities, so that it runs beside a serving gateway. */
export interface Store {
  readonly program: OpenWorkerProgram
  readonly policies: PolicyStore
  readonly snapshots: SnapshotFiles
  readonly importer: Importer
}

/**
 * @throws {PolicyFileError} Policies that contradict each other: nothing may run under them.
 * @throws {HomeClosed} Workers cannot reach what lies in the home.
 */
export async function openStore({ home, ...options }: StoreOptions): Promise<Store> {
  const policies = await openPolicyFiles(options.policies)
  const { products, agreements, releases } = policies.current()
  const contradictions = checkPolicies(products, agreements, releases)
  if (contradictions.length > 0) throw new PolicyFileError(contradictions.join('\n'))
  makeHome(home)
  const program = await openWorkerProgram(options.project, options.environment)
  try {
    checkHome(home, program.launcher.account)
    const snapshots = await openSnapshotFiles(join(home, 'snapshots'), program.launcher.account)
    const importer = createSnapshotImporter({ ...program, snapshots, keys: join(home, 'keys') })
    return { program, policies, snapshots, importer }
  } catch (error) {
    await program.close()
    throw error
  }
}

export function identitiesOf(home: string): IdentityFile {
  return openIdentityFile(join(home, 'identities.json'))
}

export function keyFile(home: string, name: string): string {
  return join(home, 'keys', name)
}

/** The policy that trusts the log of a home; undefined while it has no key, which is not made here. */
export async function readTrustPolicy(home: string): Promise<string | undefined> {
  const path = keyFile(home, LOG_KEY)
  if (!existsSync(path)) return undefined
  return formatSingleLogPolicy(verifierKeyOf(await openFileSigner(path, ORIGIN)))
}

/** Recovers the log, finishes or ends what an earlier process left, and is ready to serve. */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const opened: Closer[] = []
  try {
    return await openParts(options, opened)
  } catch (error) {
    // What is half open would hold the home, and this process.
    for (const close of opened.toReversed()) await close().catch(() => undefined)
    throw error
  }
}

type Closer = () => Promise<void>

async function openParts(options: DeploymentOptions, opened: Closer[]): Promise<Deployment> {
  const { home, operations } = options
  const { program, policies, snapshots } = await openStore(options)
  opened.push(program.close)
  const identities = identitiesOf(home)
  const keys = (name: string) => keyFile(home, name)
  const signer = await openFileSigner(keys(LOG_KEY), ORIGIN)
  const records = await openFileRecords(join(home, 'journal'))
  opened.push(() => records.close())
  const log = await openJournal({
    records,
    tiles: await openFileBlobs(join(home, 'log')),
    marks: await openFileBlobs(keys('log-mark')),
    signer,
    clock: systemClock,
    random: secureRandom,
    software: { policies: policies.current().digest },
  })
  opened.push(() => log.close())
  const workers = await createSealedWorkers({
    ...program,
    databaseFile: (snapshot) => snapshots.databaseFile(snapshot),
  })
  opened.push(() => workers.close())
  const book = new MutableJobBook()
  const journal = new BookedJournal(log, book)
  const announced = new Map<string, Promise<unknown>>()
  const world: JobWorld = {
    workers,
    journal,
    log,
    signer,
    keeper: new BudgetKeeper(journal),
    book,
    readable: new Set(),
    held: new Set(),
    policies,
    snapshots: announceSnapshots(snapshots, journal, announced),
    noiseKeys: openNoiseKeys(keys('noise.json')),
    vault: await openEncryptedBlobs(await openFileBlobs(join(home, 'vault')), keys('vault.key')),
    results: await openFileBlobs(join(home, 'results')),
    operations,
    conceal: await openConcealer(keys('conceal.key')),
    clock: systemClock,
    random: secureRandom,
  }
  await announceState(world, await rebuildState(world, announced))
  const queue = new JobQueue({ concurrentJobs: 4, waitingPerTenant: 64 }, world.held)
  const service = new JobService({ world, identities, queue })
  await service.recover()
  return {
    service,
    world,
    close: async () => {
      // What runs may finish; what waits, or takes too long, is finished by the next start.
      const idle = queue.stop()
      await Promise.race([idle, sleep(STOP_MS, undefined, { ref: false })])
      await workers.close()
      await idle
      await log.close()
      await program.close()
    },
  }
}
