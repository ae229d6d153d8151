/** The order entries must keep: an unbroken chain per job, and time that runs forward per boot. */

import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Sha256 } from '../../model/digest.ts'
import type { Text } from '../../model/text.ts'

/** The place of an entry in its job's chain. */
export interface ChainPlace {
  readonly jseq: number
  readonly jprev?: Sha256
}

/** The last entry of every job so far. */
export class JobChains {
  readonly #heads = new Map<string, ChainHead>()

  /** Where the next entry of the job belongs. */
  next(job: string): ChainPlace {
    const head = this.#heads.get(job)
    return head === undefined ? { jseq: 0 } : { jseq: head.jseq + 1, jprev: head.leafHash }
  }

  /** Leaf index of the job's last entry. */
  lastIndex(job: string): number | undefined {
    return this.#heads.get(job)?.index
  }

  /** What is wrong with an entry that comes next, if anything. */
  faultOf({ job, jseq, jprev }: AuditEntry): Text | undefined {
    if (job === undefined) return undefined
    const expected = this.next(job)
    if (jseq !== expected.jseq) return GAP
    return jprev === expected.jprev ? undefined : BROKEN_LINK
  }

  follow({ job, jseq }: AuditEntry, index: number, leafHash: Sha256): void {
    if (job !== undefined && jseq !== undefined) this.#heads.set(job, { jseq, index, leafHash })
  }
}

interface ChainHead {
  readonly jseq: number
  readonly index: number
  readonly leafHash: Sha256
}

/** The boots so far, and the last entry of the current one. */
export class BootTimes {
  readonly #boots = new Set<string>()
  #last: AuditEntry | undefined

  /** What is wrong with an entry that comes next, if anything. */
  faultOf(entry: AuditEntry): Text | undefined {
    const last = this.#last
    if (last === undefined || entry.boot !== last.boot) {
      if (this.#boots.has(entry.boot)) return BOOT_RETURNS
      return entry.type === 'log.start' ? undefined : NO_START
    }
    if (entry.ts < last.ts) return TIME_BACK
    return BigInt(entry.mono) < BigInt(last.mono) ? MONO_BACK : undefined
  }

  follow(entry: AuditEntry): void {
    this.#boots.add(entry.boot)
    this.#last = entry
  }
}

const GAP = {
  en: 'the chain of its job has a gap here: an entry before it is missing, changed or out of order',
  zh: '该作业的条目链在此中断：此前的条目缺失、被改动或次序颠倒',
}
const BROKEN_LINK = {
  en: 'the previous entry of its job does not have the hash that this entry states',
  zh: '该作业前一条目的哈希与本条目所载不符',
}
const BOOT_RETURNS = {
  en: 'it belongs to a writer that had already ended',
  zh: '该条目属于已经结束的写入进程',
}
const NO_START = {
  en: 'a writer begins without a log.start entry',
  zh: '写入进程开始时没有 log.start 条目',
}
const TIME_BACK = {
  en: 'its time is before that of the entry in front of it',
  zh: '其时间早于前一条目',
}
const MONO_BACK = {
  en: 'its monotonic time is before that of the entry in front of it',
  zh: '其单调时钟值早于前一条目',
}
