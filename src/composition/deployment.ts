/** Connects one deployment: keys, policies, snapshots, workers and the log of one home folder. Decides nothing. */

import { join } from 'node:path'
import { openEncryptedBlobs } from '../adapters/encrypted-blobs.ts'
import { openFileBlobs } from '../adapters/file-blobs.ts'
import { openNoiseKeys } from '../adapters/file-noise-keys.ts'
import { openFileRecords } from '../adapters/file-records.ts'
import { openFileSigner } from '../adapters/file-signer.ts'
import { openIdentityFile } from '../adapters/identity-file.ts'
import { openPolicyFiles } from '../adapters/policy-files.ts'
import { createSealedWorkers } from '../adapters/sealed-workers.ts'
import { secureRandom } from '../adapters/secure-random.ts'
import { openSnapshotFiles, type SnapshotFiles } from '../adapters/snapshot-files.ts'
import { createSnapshotImporter } from '../adapters/snapshot-importer.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { type OpenWorkerProgram, openWorkerProgram } from '../adapters/worker-program.ts'
import { checkPolicies } from '../core/catalog/check-policies.ts'
import { MutableJobBook } from '../core/jobs/job-book.ts'
import { announceSnapshots } from '../pipeline/announced-snapshots.ts'
import { BookedJournal } from '../pipeline/booked-journal.ts'
import { BudgetKeeper } from '../pipeline/budget-keeper.ts'
import { JobQueue } from '../pipeline/job-queue.ts'
import { JobService } from '../pipeline/job-service.ts'
import type { JobWorld } from '../pipeline/job-world.ts'
import { openJournal } from '../pipeline/journal.ts'
import type { Importer, Log, PolicyStore } from '../pipeline/ports.ts'
import { announceState, rebuildState } from '../pipeline/recover.ts'

/** Names the log in checkpoints and receipts, for the life of a deployment. */
const ORIGIN = 'glovebox.example/log'

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

/** @throws {Error} Policies that contradict each other: nothing may run under them. */
export async function openStore({ home, ...options }: StoreOptions): Promise<Store> {
  const policies = await openPolicyFiles(options.policies)
  const { products, agreements, releases } = policies.current()
  const contradictions = checkPolicies(products, agreements, releases)
  if (contradictions.length > 0) throw new Error(contradictions.join('\n'))
  const program = await openWorkerProgram(options.project, options.environment)
  const snapshots = await openSnapshotFiles(join(home, 'snapshots'), program.launcher.account)
  const importer = createSnapshotImporter({ ...program, snapshots, keys: join(home, 'keys') })
  return { program, policies, snapshots, importer }
}

/** Recovers the log, finishes or ends what an earlier process left, and is ready to serve. */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { home, operations } = options
  const { program, policies, snapshots } = await openStore(options)
  const keys = (name: string) => join(home, 'keys', name)
  const signer = await openFileSigner(keys('log.pem'), ORIGIN)
  const log = await openJournal({
    records: await openFileRecords(join(home, 'journal')),
    tiles: await openFileBlobs(join(home, 'log')),
    signer,
    clock: systemClock,
    random: secureRandom,
    software: { policies: policies.current().digest },
  })
  const workers = await createSealedWorkers({
    ...program,
    databaseFile: (snapshot) => snapshots.databaseFile(snapshot),
  })
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
    clock: systemClock,
    random: secureRandom,
  }
  await announceState(world, await rebuildState(world, announced))
  const service = new JobService({
    world,
    identities: openIdentityFile(join(home, 'identities.json')),
    queue: new JobQueue({ concurrentJobs: 4, waitingPerTenant: 64 }, world.held),
  })
  await service.recover()
  return {
    service,
    world,
    close: async () => {
      await workers.close()
      await log.close()
      await program.close()
    },
  }
}
