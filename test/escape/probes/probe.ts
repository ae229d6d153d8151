/** What a probe is, and what it is given. */

/** Things outside the worker that it must not reach, all open to its user. */
export interface Stage {
  /** A process of the worker's own user, with a secret in its environment. */
  readonly victim: number
  /** A readable, writable file of the worker's own user, outside what the worker was given. */
  readonly outside: string
  readonly outsideFolder: string
  /** The worker's own snapshot, which its user could change were it not sealed. */
  readonly snapshot: string
  readonly snapshotFolder: string
  readonly workerFile: string
  readonly tcpPort: number
  readonly tcp6Port: number
  readonly udpPort: number
  readonly socket: string
  readonly abstractSocket: string
  readonly hostname: string
}

/** Returns where the attack works; throws where something stops it. */
export type Probe = (stage: Stage) => unknown

export type Probes = Readonly<Record<string, Probe>>

/** Fails a probe that got an answer which tells it nothing. */
export function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
