/** Lets a few requests of each tenant be admitted at a time, so that nobody's flood is another's refusal. */

export interface GateLimits {
  readonly concurrent: number
  readonly waiting: number
}

interface TenantLine {
  active: number
  readonly waiting: (() => void)[]
}

export class TenantGate {
  readonly #limits: GateLimits
  readonly #lines = new Map<string, TenantLine>()

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  /**
   * Does the work when it is this tenant's turn.
   *
   * @returns `undefined` without starting it when too much of this tenant's work waits already.
   */
  async pass<T>(tenant: string, work: () => Promise<T>): Promise<T | undefined> {
    const line = this.#lines.get(tenant) ?? { active: 0, waiting: [] }
    this.#lines.set(tenant, line)
    if (line.active < this.#limits.concurrent) line.active += 1
    else if (line.waiting.length < this.#limits.waiting)
      await new Promise<void>((resolve) => line.waiting.push(resolve))
    else return undefined
    try {
      return await work()
    } finally {
      this.#leave(tenant, line)
    }
  }

  /** Hands the place on, or gives it up. */
  #leave(tenant: string, line: TenantLine): void {
    const next = line.waiting.shift()
    if (next === undefined) line.active -= 1
    else next()
    if (line.active === 0) this.#lines.delete(tenant)
  }
}
