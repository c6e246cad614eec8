import { lstat, readdir, realpath } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import path from 'node:path'
import type { TaskState } from '../contract/model.ts'
import { isReservedDir } from '../queue/states.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { InspectorError } from './inspector-error.ts'

/** A directory that was seen to be a queue. `device` and `inode` say later whether it is still the same one. */
export interface QueueDir {
  /** Absolute, links resolved. */
  readonly path: string
  readonly device: bigint
  readonly inode: bigint
}

/** Without these no FemtoQueue constructor has ever run there. `creating` and `scheduled` are newer. */
const REQUIRED_DIRS = ['pending', 'done', 'failed'] as const

/**
 * Looks whether a directory is a queue. Touches nothing.
 * @throws {InspectorError} NOT_FOUND, NOT_A_DIRECTORY, UNREADABLE, NOT_A_QUEUE
 */
export async function readQueueDir(dir: string): Promise<QueueDir> {
  let resolved: string
  let stats: BigIntStats
  try {
    resolved = await realpath(dir)
    stats = await lstat(resolved, { bigint: true })
  } catch (cause) {
    throw toOpenError(dir, cause)
  }
  if (!stats.isDirectory()) {
    throw new InspectorError(
      'NOT_A_DIRECTORY',
      `${dir} is a file. Choose the directory that holds pending/, done/ and failed/.`,
    )
  }
  let names: Set<string>
  try {
    names = new Set(
      (await readdir(resolved, { withFileTypes: true }))
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name),
    )
  } catch (cause) {
    throw toOpenError(dir, cause)
  }
  const missing = REQUIRED_DIRS.filter((name) => !names.has(name))
  if (missing.length > 0) {
    const parentHint = isReservedDir(path.basename(resolved))
      ? ' It may be part of a queue: try the directory above.'
      : ''
    throw new InspectorError(
      'NOT_A_QUEUE',
      `${dir} is no FemtoQueue: it has no ${missing.map((name) => `${name}/`).join(', ')}. Nothing was changed there.${parentHint}`,
    )
  }
  return { path: resolved, device: stats.dev, inode: stats.ino }
}

function toOpenError(dir: string, cause: unknown): InspectorError {
  switch (errnoOrNull(cause)) {
    case 'ENOENT':
      return new InspectorError(
        'NOT_FOUND',
        `${dir} does not exist. Check the path, or whether its disk is mounted.`,
        cause,
      )
    case 'ENOTDIR':
      return new InspectorError(
        'NOT_A_DIRECTORY',
        `A part of ${dir} is a file, not a directory. Check the path.`,
        cause,
      )
    case 'EACCES':
    case 'EPERM':
      return new InspectorError(
        'UNREADABLE',
        `${dir} may not be read by this user. Ask for read and search permission on it.`,
        cause,
      )
    default:
      return new InspectorError('UNREADABLE', `${dir} could not be read.`, cause)
  }
}

/** True while the same directory still lies at the path. */
export async function isSameQueueDir(dir: QueueDir): Promise<boolean> {
  try {
    const stats = await lstat(dir.path, { bigint: true })
    return stats.isDirectory() && stats.dev === dir.device && stats.ino === dir.inode
  } catch (cause) {
    if (errnoOrNull(cause) !== null) return false
    throw cause
  }
}

/** The name of the directory, inside the queue's, that holds tasks of a state. */
export function toDirName(state: TaskState, node: string | null): string {
  switch (state) {
    case 'held':
      return 'failed/.held'
    case 'trash':
      return `failed/.trash/${node ?? ''}`
    case 'in-progress':
      if (node === null || isReservedDir(node))
        throw new TypeError(`A task in progress lies at a node, got ${String(node)}`)
      return node
    default:
      return state
  }
}
