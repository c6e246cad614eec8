/**
 * Finds what moved between directories in one look, so that both ends of a move are committed together: a task is never
 * shown in two states, or in none.
 */
import { originalIdOf } from '../queue/index.ts'
import { isReservedDir } from '../queue/states.ts'
import type { SeenFile } from './disk.ts'
import { PlaceSet } from './place-set.ts'
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
  /** Vanished names whose task is known to lie elsewhere now. */
  readonly moved = new PlaceSet()
  readonly #ids = new Map<readonly string[], readonly string[]>()

  differenceOf(dir: string): DirDifference {
    let difference = this.differences.get(dir)
    if (difference === undefined) {
      difference = { arrived: [], vanished: new Set(), passed: [] }
      this.differences.set(dir, difference)
    }
    return difference
  }

  /** Original ids of what arrived in `dir`, in its order. Read once: a string's hash is kept with it. */
  arrivedIds(dir: string): readonly string[] {
    const arrived = this.differences.get(dir)?.arrived ?? []
    const known = this.#ids.get(arrived)
    if (known?.length === arrived.length) return known
    const ids = arrived.map(originalIdOf)
    this.#ids.set(arrived, ids)
    return ids
  }

  /** Takes arrivals back that were gone again before the look was over: they only passed. */
  drop(places: PlaceSet): void {
    if (places.isEmpty) return
    for (const [dir, difference] of this.differences) {
      const dropped = difference.arrived.filter((name) => places.has(dir, name))
      if (dropped.length === 0) continue
      const arrived = difference.arrived.filter((name) => !places.has(dir, name))
      this.differences.set(dir, { ...difference, arrived, passed: [...difference.passed, ...dropped] })
    }
  }

  /** Those of them that lie nowhere are no tasks that passed: they were told before. */
  forgetPassed(places: PlaceSet): void {
    if (places.isEmpty) return
    for (const [dir, difference] of this.differences) {
      const passed = difference.passed.filter((name) => !places.has(dir, name))
      this.differences.set(dir, { ...difference, passed })
    }
  }

  /** Where tasks only passed. */
  passedPlaces(): PlaceSet {
    const places = new PlaceSet()
    for (const [dir, { passed }] of this.differences) for (const name of passed) places.add(dir, name)
    return places
  }

  /** The task is nowhere just now: what was called gone because it was seen further on is only missed. */
  unmove(id: string): void {
    for (const [dir, { vanished }] of this.differences) {
      for (const name of vanished) if (originalIdOf(name) === id) this.moved.delete(dir, name)
    }
  }

  /** Ids that were hinted at somewhere and lie there no more: tasks on their way. */
  passedIds(): Set<string> {
    const ids = new Set<string>()
    for (const { passed } of this.differences.values()) for (const name of passed) ids.add(originalIdOf(name))
    return ids
  }

  addMoved({ dir, name }: Place): void {
    this.moved.add(dir, name)
    this.differenceOf(dir).vanished.add(name)
  }
}

/** How far on a task is in a directory: it is looked for where it ends before where it began. */
export function toStage(dir: string): number {
  // Parked by a person: whatever it was before, that is the latest.
  if (dir.includes('/')) return 4
  if (dir === 'done' || dir === 'failed') return 3
  if (dir === 'pending') return 1
  return dir === 'scheduled' ? 0 : 2
}

export class TaskMoves {
  readonly #inodes = new InodeMemory()
  readonly #isThere: (place: Place) => Promise<boolean>

  constructor(isThere: (place: Place) => Promise<boolean>) {
    this.#isThere = isThere
  }

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
    if (look.files.size === 0) return left
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

  /** Directories are not listed in the same moment: a task that moved on meanwhile is found in two. The later one is right. */
  async settleDoubles(look: Look): Promise<void> {
    const gone = new PlaceSet()
    for (const places of this.#findDoubles(look)) {
      let left = places.length
      for (const place of places.toSorted((a, b) => toStage(b.dir) - toStage(a.dir))) {
        if (await this.#isThere(place)) continue
        gone.add(place.dir, place.name)
        left--
      }
      if (left === 0) look.unmove(originalIdOf(places[0]?.name ?? ''))
    }
    look.drop(gone)
  }

  /**
   * A task that arrived somewhere may still be known at the place that it left: looks there before it is shown twice. It may
   * also have gone back there meanwhile.
   */
  async settleTwins(look: Look, dirs: KnownDirs): Promise<void> {
    const gone = new PlaceSet()
    for (const { twin, arrival } of this.#findTwins(look, dirs)) {
      if (!(await this.#isThere(twin))) look.addMoved(twin)
      else if (!(await this.#isThere(arrival))) gone.add(arrival.dir, arrival.name)
    }
    look.drop(gone)
  }

  /** Arrivals of one id in several directories: it moved on while they were listed, or it lies there several times. */
  #findDoubles(look: Look): Place[][] {
    if ([...look.differences.values()].filter(({ arrived }) => arrived.length > 0).length < 2) return []
    const places = new Map<string, Place[]>()
    for (const [dir, { arrived }] of look.differences) {
      const ids = look.arrivedIds(dir)
      for (const [at, name] of arrived.entries()) {
        const id = ids[at] ?? name
        const known = places.get(id)
        if (known === undefined) places.set(id, [{ dir, name }])
        else known.push({ dir, name })
      }
    }
    return [...places.values()].filter(({ length }) => length > 1)
  }

  /** Places, other than where they arrived, under which arrivals are still known: they must be looked at now. */
  #findTwins(look: Look, dirs: KnownDirs): { twin: Place; arrival: Place }[] {
    const twins: { twin: Place; arrival: Place }[] = []
    let searches = 0
    for (const [dir, { arrived }] of look.differences) {
      const others = [...dirs].filter(([other, { list }]) => other !== dir && list.size > 0)
      const ids = look.arrivedIds(dir)
      for (const [at, name] of arrived.entries()) {
        if (look.origins.size > 0 && look.origins.has(`${dir}/${name}`)) continue
        const id = ids[at] ?? name
        for (const [other, { list }] of others) {
          if (!isReservedDir(other) && searches > MAX_SEARCHES) continue
          searches++
          // In this order: most arrivals of a large act left a place of that very name.
          if (look.differences.get(other)?.vanished.has(id) !== true && list.has(id))
            twins.push({ twin: { dir: other, name: id }, arrival: { dir, name } })
        }
      }
    }
    return twins
  }
}
