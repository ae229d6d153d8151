/** Why a command could not run on this machine, in one line with what to do; bugs stay unexplained. */

import { KeyFileError } from '../adapters/durable-files.ts'
import { VaultDamaged } from '../adapters/encrypted-blobs.ts'
import { RecordsDamaged } from '../adapters/file-records.ts'
import { HomeClosed } from '../adapters/home-folder.ts'
import { IdentityFileError } from '../adapters/identity-file.ts'
import { PolicyFileError } from '../adapters/policy-files.ts'
import { SnapshotDamaged } from '../adapters/snapshot-files.ts'
import { IsolationUnavailable } from '../adapters/worker-launch.ts'
import { WriterActive } from '../adapters/writer-lock.ts'
import type { Text } from '../model/text.ts'
import { LogDamaged } from '../pipeline/journal-recovery.ts'

export function explainFailure(error: unknown): Text | undefined {
  if (!(error instanceof Error)) return undefined
  return explainHome(error) ?? explainPlace(error) ?? explainSystem(error)
}

/** What lies in a home is in use, or is not what it should be. */
function explainHome(error: Error): Text | undefined {
  const { message } = error
  if (error instanceof WriterActive)
    return {
      en: `Another process uses this home: stop it, or choose another folder with --home (${message}).`,
      zh: `另一进程正在使用此主目录：请先停止该进程，或用 --home 另选目录（${message}）。`,
    }
  if (error instanceof RecordsDamaged || error instanceof LogDamaged)
    return {
      en: `The log of this home is damaged and was not touched: ${message}. Keep the folder as it is, and restore a backup.`,
      zh: `此主目录的日志已损坏，未作任何改动：${message}。请原样保留该目录，并从备份恢复。`,
    }
  if (error instanceof VaultDamaged || error instanceof SnapshotDamaged)
    return {
      en: `A file of this home is damaged: ${message}. Restore it from a backup.`,
      zh: `此主目录中有文件损坏：${message}。请从备份恢复。`,
    }
  return undefined
}

/** Files that people write or protect. */
function explainPlace(error: Error): Text | undefined {
  const { message } = error
  if (error instanceof IdentityFileError || error instanceof KeyFileError)
    return { en: `${message}.`, zh: `${message}。` }
  if (error instanceof PolicyFileError)
    return { en: `The policies cannot be used: ${message}`, zh: `策略文件不可用：${message}` }
  if (error instanceof HomeClosed)
    return {
      en: `The home cannot be read by the workers' user: run "chmod o+x ${error.folder}", or choose another folder with --home.`,
      zh: `计算进程的用户无法读取主目录：请执行 “chmod o+x ${error.folder}”，或用 --home 另选目录。`,
    }
  if (error instanceof IsolationUnavailable)
    return {
      en: `Workers cannot be sealed here: ${message}. See: glovebox doctor`,
      zh: `本机无法隔离计算进程：${message}。请运行 glovebox doctor 查看。`,
    }
  return undefined
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path?: string
  readonly address?: string
  readonly hostname?: string
  readonly port?: number
}

const REASONS: Readonly<Record<string, Text>> = {
  EACCES: { en: 'permission denied', zh: '没有权限' },
  EPERM: { en: 'permission denied', zh: '没有权限' },
  ENOENT: { en: 'no such file or folder', zh: '没有该文件或目录' },
  ENOTDIR: { en: 'not a folder', zh: '不是目录' },
  EISDIR: { en: 'a folder, not a file', zh: '是目录而不是文件' },
  EEXIST: { en: 'it exists already', zh: '已存在' },
  EROFS: { en: 'the file system is read-only', zh: '文件系统只读' },
  ENOSPC: { en: 'no space left on the device', zh: '磁盘空间不足' },
  ELOOP: { en: 'a symbolic link where none may be', zh: '此处不允许符号链接' },
}

function explainSystem(error: Error): Text | undefined {
  if (!isSystemError(error)) return undefined
  if (error.syscall === 'listen') return explainListen(error)
  if (error.syscall === 'getaddrinfo') return explainHost(error.hostname)
  const reason = REASONS[error.code]
  if (reason === undefined || error.path === undefined) return undefined
  return { en: `${error.path}: ${reason.en}.`, zh: `${error.path}：${reason.zh}。` }
}

function explainListen({ code, port, address }: SystemError): Text | undefined {
  if (code === 'EADDRINUSE')
    return {
      en: `Port ${port} at ${address} is taken by another program: choose one with --port.`,
      zh: `${address} 的端口 ${port} 已被其他程序占用：请用 --port 另选。`,
    }
  if (code === 'EACCES')
    return {
      en: `This user may not listen on port ${port}: choose one from 1024 up with --port.`,
      zh: `当前用户无权监听端口 ${port}：请用 --port 选择 1024 以上的端口。`,
    }
  return code === 'EADDRNOTAVAIL' ? explainHost(address) : undefined
}

function explainHost(host = ''): Text {
  return {
    en: `${host} is not an address of this machine: name one with --host.`,
    zh: `${host} 不是本机地址：请用 --host 指定。`,
  }
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && 'syscall' in error
}
