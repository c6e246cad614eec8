/**
 * Finds what moved between directories in one look, so that both ends of a move are committed together: a task is never
 * shown in two states, or in none.
 */
import { parseTaskName } from '../queue/index.ts'
import { isReservedDir } from '../queue/states.ts'
import type { SeenFile } from './disk.ts'
import { InodeMemory } from './inode-memory.ts'
import type { Place } from './inode-memory.ts'
import type { DirDifference } from './reconcile.ts'
import type { NameList } from './task-index.ts'

type KnownDirs = ReadonlyMap<string, { readonly list: NameList }>

/** Searches for the place that an arrival left: with hundreds of nodes and thousands of arrivals they would cost seconds. */
const MAX_SEARCHES = 20_000

/** What one look found, in all directories. */
export class Look {
  readonly differences = new Map<string, DirDifference>()
  /** The files of arrivals, by `<dir>/<name>`, as far as they were looked at. */
  readonly files = new Map<string, SeenFile>()
  /** By `<dir>/<name>` of an arrival: the directory in which the same file was seen last. */
  readonly origins = new Map<string, string>()
  /** `<dir>/<name>` of vanished names whose task is known to lie elsewhere now. */
  readonly moved = new Set<string>()

  differenceOf(dir: string): DirDifference {
    let difference = this.differences.get(dir)
    if (difference === undefined) {
      difference = { arrived: [], vanished: new Set(), passed: [] }
      this.differences.set(dir, difference)
    }
    return difference
  }

  addMoved({ dir, name }: Place): void {
    this.moved.add(`${dir}/${name}`)
    this.differenceOf(dir).vanished.add(name)
  }
}

export function toOriginalId(name: string): string {
  return parseTaskName(name, 'node')?.originalId ?? name
}

export class TaskMoves {
  readonly #inodes = new InodeMemory()

  /** Remembers which file lies at a place, for the day that it moves under another id. */
  learn(place: Place, { inode }: SeenFile): void {
    if (inode !== 0) this.#inodes.see(inode, place)
  }

  /**
   * Takes each arrival's file off the place where it was seen last: a file with one name lies in one place. Gives these
   * places: another file may have come to lie there meanwhile.
   */
  trace(look: Look, dirs: KnownDirs): Place[] {
    const left: Place[] = []
    for (const [dir, { arrived }] of look.differences) {
      for (const name of arrived) {
        const file = look.files.get(`${dir}/${name}`)
        if (file === undefined || file.inode === 0) continue
        const before = this.#inodes.see(file.inode, { dir, name })
        if (before === null || (before.dir === dir && before.name === name)) continue
        if (dirs.get(before.dir)?.list.has(before.name) !== true) continue
        look.origins.set(`${dir}/${name}`, before.dir)
        look.addMoved(before)
        left.push(before)
      }
    }
    return left
  }

  /** Places, other than where they arrived, under which arrivals are still known: they must be looked at now. */
  findTwins(look: Look, dirs: KnownDirs): Place[] {
    const twins: Place[] = []
    let searches = 0
    for (const [dir, { arrived }] of look.differences) {
      for (const name of arrived) {
        if (look.origins.has(`${dir}/${name}`)) continue
        const id = toOriginalId(name)
        for (const [other, { list }] of dirs) {
          if (other === dir || (!isReservedDir(other) && searches > MAX_SEARCHES)) continue
          searches++
          if (list.has(id) && look.differences.get(other)?.vanished.has(id) !== true)
            twins.push({ dir: other, name: id })
        }
      }
    }
    return twins
  }
}
