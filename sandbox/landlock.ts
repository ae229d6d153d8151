/** Which files a process may reach from now on: those it is given, and nothing else on the system. */

import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs'
import { addPathRule, createRuleset, landlockVersion, restrictSelf } from './kernel-calls.ts'

export interface FileReach {
  readonly readable: readonly string[]
  readonly executable: readonly string[]
  readonly writable: readonly string[]
}

/** Rights over files, one bit each, in the order in which versions of Landlock learned them. */
const EXECUTE = 1n << 0n
const WRITE_FILE = 1n << 1n
const READ_FILE = 1n << 2n
const READ_FOLDER = 1n << 3n
const REMOVE_FOLDER = 1n << 4n
const REMOVE_FILE = 1n << 5n
const MAKE_FOLDER = 1n << 7n
const MAKE_FILE = 1n << 8n
const TRUNCATE = 1n << 14n
const USE_DEVICE = 1n << 15n
/** How many rights each version handles; later versions handle those of the last. */
const KNOWN_RIGHTS = [0, 13, 14, 15, 15, 16]

const READ = READ_FILE | READ_FOLDER
const RUN = READ | EXECUTE
const OWN = READ | WRITE_FILE | TRUNCATE | REMOVE_FILE | REMOVE_FOLDER | MAKE_FILE | MAKE_FOLDER
/** What a rule over a single file may name. */
const OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | USE_DEVICE

/** From version 4: no TCP. From version 6: no signals and no abstract sockets to the outside. */
const NETWORK_VERSION = 4
const SCOPE_VERSION = 6
const BIND_AND_CONNECT = 3n
const SOCKETS_AND_SIGNALS = 3n

const O_PATH = 0o10000000

/** Returns false where the kernel does not know Landlock or refuses a step. */
export function restrictFiles({ readable, executable, writable }: FileReach): boolean {
  const version = landlockVersion()
  const rights = KNOWN_RIGHTS[Math.min(version, KNOWN_RIGHTS.length - 1)] ?? 0
  if (rights === 0) return false
  const handled = (1n << BigInt(rights)) - 1n
  const ruleset = createRuleset(attributesOf(version, handled))
  if (ruleset < 0) return false
  const grant = (path: string, wanted: bigint) => grantPath(ruleset, path, wanted & handled)
  const isGranted =
    readable.filter(existsSync).every((path) => grant(path, READ)) &&
    executable.every((path) => grant(path, RUN)) &&
    writable.every((path) => grant(path, OWN))
  return isGranted && restrictSelf(ruleset)
}

/** `struct landlock_ruleset_attr`, as long as this version knows it. */
function attributesOf(version: number, handled: bigint): Buffer {
  const attributes = Buffer.alloc(
    version >= SCOPE_VERSION ? 24 : version >= NETWORK_VERSION ? 16 : 8,
  )
  attributes.writeBigUInt64LE(handled, 0)
  if (version >= NETWORK_VERSION) attributes.writeBigUInt64LE(BIND_AND_CONNECT, 8)
  if (version >= SCOPE_VERSION) attributes.writeBigUInt64LE(SOCKETS_AND_SIGNALS, 16)
  return attributes
}

/** `struct landlock_path_beneath_attr`: the rights, and a descriptor of the path. */
function grantPath(ruleset: number, path: string, rights: bigint): boolean {
  const descriptor = openSync(path, constants.O_RDONLY | O_PATH)
  try {
    const isFolder = fstatSync(descriptor).isDirectory()
    const rule = Buffer.alloc(12)
    rule.writeBigUInt64LE(isFolder ? rights : rights & OF_FILES, 0)
    rule.writeInt32LE(descriptor, 8)
    return addPathRule(ruleset, rule)
  } finally {
    closeSync(descriptor)
  }
}
