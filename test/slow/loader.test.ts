/**
 * Goal: large tables come out the same whatever the order of rows and the number of threads.
 *
 * Method: the engine works in parallel on pieces of 122,880 rows, so the table has several of them;
 * equal rows are among them, of which only a shared order keeps the ordinals of two units together.
 */

import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { load, makeSource } from '../support/loader.ts'
import { createScratch } from '../support/scratch.ts'

const scratch = createScratch()
afterAll(() => scratch.remove())

const WAGES = `SELECT 'p' || (i % 30011) AS id, 'e' || (i % 211) AS employer, CAST(1 + i % 12 AS INTEGER) AS month,
  CAST(i % 5000 AS DECIMAL(12,2)) AS amount, CAST(NULL AS DOUBLE) AS weight
  FROM (SELECT i % 350000 AS i FROM range(400000) t(i))`

describe('a large table', () => {
  it('is the same for one thread and two, sorted and unsorted', async () => {
    const digests = new Set<string>()
    for (const [threads, order] of [
      [1, 'ORDER BY hash(id, month)'],
      [2, 'ORDER BY amount'],
      [2, ''],
    ] as const) {
      const path = join(scratch.folder, `wages-${threads}-${order.length}.parquet`)
      const source = await makeSource(path, `SELECT * FROM (${WAGES}) ${order}`)
      const sources = [{ path: source, format: 'parquet', product: 'wages' }] as const
      const loaded = await load(scratch.folder, sources, { threads })
      expect(loaded.report).toMatchObject({ tables: [{ product: 'wages', rows: 400_000 }] })
      const sql = `SELECT md5(string_agg(h, '' ORDER BY h)) FROM (SELECT md5(CAST(w AS VARCHAR)) AS h FROM wages w)`
      const [[digest] = []] = await loaded.rows(sql)
      digests.add(`${String(digest)} ${JSON.stringify(loaded.report)}`)
    }
    expect(digests.size).toBe(1)
  })
})
