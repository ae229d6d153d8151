/** Waiting work, served tenant by tenant, so that one tenant's backlog delays no other tenant. */

export interface Waiting {
  readonly tenant: string
}

export class FairQueue<Item extends Waiting> {
  /** Tenants in the order of their next turn; none has an empty list. */
  readonly #byTenant = new Map<string, Item[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(item: Item): void {
    const items = this.#byTenant.get(item.tenant)
    if (items === undefined) this.#byTenant.set(item.tenant, [item])
    else items.push(item)
    this.#size += 1
  }

  remove(item: Item): boolean {
    const items = this.#byTenant.get(item.tenant) ?? []
    const at = items.indexOf(item)
    if (at < 0) return false
    items.splice(at, 1)
    if (items.length === 0) this.#byTenant.delete(item.tenant)
    this.#size -= 1
    return true
  }

  /** Takes the first startable item of the tenant whose turn it is, and ends that tenant's turn. */
  take(canStart: (item: Item) => boolean): Item | undefined {
    for (const [tenant, items] of this.#byTenant) {
      const item = items.find(canStart)
      if (item === undefined) continue
      this.remove(item)
      const rest = this.#byTenant.get(tenant)
      if (rest !== undefined) {
        this.#byTenant.delete(tenant)
        this.#byTenant.set(tenant, rest)
      }
      return item
    }
    return undefined
  }
}
