/** Resource limits that the kernel holds a worker to, whatever the engine believes its limits are. */

export interface LimitedProcess {
  readonly memoryMiB: number
  readonly cpuSeconds: number
  readonly writable?: string
}

export type Resource = 'core' | 'nofile' | 'data' | 'as' | 'cpu' | 'fsize'

export interface ProcessLimit {
  readonly resource: Resource
  readonly soft: number
  readonly hard: number
}

export const JAVASCRIPT_HEAP_MIB = 256
/** Room for the engine's memory limit to be overshot before the kernel refuses more. */
const MEMORY_HEADROOM_MIB = 768
/** V8 reserves addresses that it never fills: an outer bound, not the memory limit. */
const ADDRESS_SPACE_MIB = 64 * 1024
/** From the soft limit, which says why, to the hard one, which does not. */
const CPU_GRACE_SECONDS = 2

export function processLimits(of: LimitedProcess): readonly ProcessLimit[] {
  const data = mebibytes(of.memoryMiB + JAVASCRIPT_HEAP_MIB + MEMORY_HEADROOM_MIB)
  return [
    // A core limit of 0 would still feed a piped core handler; 1 feeds nothing to anyone.
    exactly('core', 1),
    exactly('nofile', 256),
    exactly('data', data),
    exactly('as', Math.max(mebibytes(ADDRESS_SPACE_MIB), 2 * data)),
    { resource: 'cpu', soft: of.cpuSeconds, hard: of.cpuSeconds + CPU_GRACE_SECONDS },
    ...(of.writable === undefined ? [exactly('fsize', 0)] : []),
  ]
}

export function prlimitArguments(limits: readonly ProcessLimit[]): readonly string[] {
  return limits.map(({ resource, soft, hard }) => `--${resource}=${soft}:${hard}`)
}

function exactly(resource: Resource, value: number): ProcessLimit {
  return { resource, soft: value, hard: value }
}

function mebibytes(count: number): number {
  return count * 1024 * 1024
}
