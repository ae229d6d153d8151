/**
 * Writes a log on disk from many writers until it is killed or its disk fails, and says on standard
 * output which entries were acknowledged: `A <index> <leaf hash>`, after `R <size>` once it is open.
 * A failure of the log ends it with status 70, after `F`.
 *
 * Usage: node --import tsx journal-child.ts <folder> [most entries]
 */

import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { openFileBlobs } from '../../src/adapters/file-blobs.ts'
import { openFileRecords } from '../../src/adapters/file-records.ts'
import { openFileSigner } from '../../src/adapters/file-signer.ts'
import { secureRandom } from '../../src/adapters/secure-random.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { openJournal } from '../../src/pipeline/journal.ts'
import { aDraft, jobId } from './a-log.ts'

const WRITERS = 40
const [folder = '', limit = 'Infinity'] = process.argv.slice(2)

try {
  const journal = await openJournal({
    records: await openFileRecords(join(folder, 'records'), { segmentBytes: 200_000 }),
    tiles: await openFileBlobs(join(folder, 'public')),
    signer: await openFileSigner(join(folder, '../log.pem'), 'glovebox.test/log'),
    clock: systemClock,
    random: secureRandom,
    software: {},
    publicationDelayMs: 20,
  })
  say(`R ${journal.size}`)
  let left = Number(limit)
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      while (left > 0) {
        left -= 1
        const body = { text: 'y'.repeat(200 + writer * 10) }
        const { index, leafHash } = await journal.append(aDraft({ job: jobId(writer), body }))
        say(`A ${index} ${leafHash}`)
      }
    }),
  )
  await journal.close()
} catch (error) {
  say(`F ${error instanceof Error ? error.name : ''}`)
  process.exit(70)
}

/** Written at once: a line that was said survives the death of the process. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}
