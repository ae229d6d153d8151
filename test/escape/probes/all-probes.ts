/** Every attempt to get out, by name; the prefix is the family. */

import { READING, WRITING } from './files.ts'
import { NETWORK, SHARED } from './network.ts'
import type { Probes } from './probe.ts'
import { PROCESSES, RESOURCES } from './processes.ts'
import { SCRIPT } from './script.ts'
import { SURFACE } from './surface.ts'

export const PROBES: Probes = {
  ...READING,
  ...WRITING,
  ...NETWORK,
  ...SHARED,
  ...PROCESSES,
  ...RESOURCES,
  ...SURFACE,
  ...SCRIPT,
}
