/**
 * Compares what is known of one directory with what lies on disk. Two ways: looking at single names (cheap for few
 * hints), or listing the whole directory (the truth, in proportion to its size).
 */
import { errnoOrNull } from '../queue/errors.ts'
import type { Disk } from './disk.ts'
import type { NameList } from './task-index.ts'

export interface DirDifference {
  readonly arrived: string[]
  readonly vanished: Set<string>
  /** Hinted names that came and went between two looks. */
  readonly passed: string[]
}

interface DirListing {
  /** Names that FemtoQueue takes for tasks, in no order. */
  readonly tasks: string[]
  /** All other entries. */
  readonly foreign: string[]
}

/** Looking at one name costs about as much as listing this many. */
const LISTED_NAMES_PER_LOOK = 4
const ALWAYS_LOOK_NAMES = 32

/** True where looking at `hinted` single names is cheaper than listing a directory of `size`. */
export function isLookingCheaper(hinted: number, size: number): boolean {
  return hinted <= ALWAYS_LOOK_NAMES || hinted * LISTED_NAMES_PER_LOOK < size
}

/** Null where the directory is gone. Rejects with the system's error where it cannot be listed. */
export async function readListingOrNull(disk: Disk, dir: string): Promise<DirListing | null> {
  try {
    return toListing(await disk.readdir(dir))
  } catch (cause) {
    const code = errnoOrNull(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw cause
  }
}

export function toListing(names: readonly string[]): DirListing {
  const foreign: string[] = []
  const tasks = names.filter((name) => isTaskEntry(name) || foreign.push(name) === 0)
  return { tasks, foreign }
}

/** The difference between what is known and a whole listing; `hinted` tells what came and went meanwhile. */
export function toDifference(
  known: NameList,
  listed: readonly string[],
  hinted: Iterable<string>,
): DirDifference {
  const present = new Set(listed)
  const passed = [...hinted].filter((name) => !present.has(name) && !known.has(name))
  const vanished = new Set<string>()
  // What is left of the listing in the end is new: a search for each listed name would cost several times as much.
  for (const name of known) if (!present.delete(name)) vanished.add(name)
  return { arrived: [...present], vanished, passed }
}

/** `isTaskName` for an entry of a listing, which is a bare name anyway: a regular expression costs a million names 0.2 s. */
function isTaskEntry(name: string): boolean {
  let at = 0
  while (name.charCodeAt(at) >= 48 && name.charCodeAt(at) <= 57) at++
  if (at === 0 || name.charCodeAt(at) !== 95 || name.length === at + 1) return false
  // Not UTF-8: Node put U+FFFD in its place, and no call can name the file any more.
  return !name.includes('\ufffd')
}
