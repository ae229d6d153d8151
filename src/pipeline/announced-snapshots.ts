/** Snapshots as jobs see them: each is in the log before a job may run on it. */

import type { Snapshot } from '../model/snapshot.ts'
import type { Journal, SnapshotStore } from './ports.ts'

/**
 * @param announced Digests the log already names; grows as snapshots are announced.
 */
export function announceSnapshots(
  store: SnapshotStore,
  journal: Journal,
  announced: Map<string, Promise<unknown>>,
): SnapshotStore {
  const announce = async (snapshot: Snapshot | undefined): Promise<Snapshot | undefined> => {
    if (snapshot === undefined) return undefined
    const { digest, manifest } = snapshot
    const entry =
      announced.get(digest) ??
      journal.append({
        type: 'admin.snapshot',
        actor: { subject: 'system', organisation: 'system' },
        refs: { snapshot: digest },
        body: { dataset: manifest.dataset, tables: manifest.tables.map(({ product }) => product) },
      })
    announced.set(digest, entry)
    await entry
    return snapshot
  }
  return {
    current: async (dataset) => announce(await store.current(dataset)),
    find: async (digest) => announce(await store.find(digest)),
    verify: (digest) => store.verify(digest),
  }
}
