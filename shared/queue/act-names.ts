/**
 * Where the moves lead that people ask for, and under which name: the names are planned here, state-moves.ts carries the moves out.
 * Each task keeps its original id in its name, whatever happens to it.
 */
import fs from 'node:fs'
import type { SharedClock } from './clock.ts'
import { FemtoQueueError, errnoOrNull, toQueueError } from './errors.ts'
import type { MoveTarget } from './state-moves.ts'
import { toStamp, toStampedName, type ParsedTaskName } from './task-id.ts'

export const HELD_DIR = 'failed/.held'
export const TRASH_DIR = 'failed/.trash'

export type ActMove =
  /** Behind all that waits. `freshAttempts`: the count of claims starts again. */
  | { readonly kind: 'back'; readonly freshAttempts: boolean }
  /** At its old place, before what was pushed later. Not safe beside Python workers: they rob each other of old stamps. */
  | { readonly kind: 'front'; readonly freshAttempts: boolean }
  /** Into scheduled/, not before this time, µs since 1970. */
  | { readonly kind: 'at'; readonly atUs: number; readonly freshAttempts: boolean }
  /** Given up, or counted as finished, under the original id. */
  | { readonly kind: 'end'; readonly state: 'failed' | 'done' }
  /** Into a directory that no worker lists, or back from it, under the name that it has. `scheduled` keeps its due time. */
  | { readonly kind: 'as-is'; readonly dir: string }

/** Stamps for a batch of moves, reserved at once: to read the shared clock for each would cost as much as a sixth of the rename. */
export class Stamps {
  readonly #clock: SharedClock
  #nextUs = 0
  #left = 0

  constructor(clock: SharedClock) {
    this.#clock = clock
  }

  /** Takes so many from the clock, now. What was left of the last ones is forgotten. */
  reserve(count: number): void {
    this.#nextUs = this.#clock.nextBlockUs(count)
    this.#left = count
  }

  /** A time of its own, µs. */
  nextUs(): number {
    if (this.#left === 0) this.reserve(1)
    this.#left--
    return this.#nextUs++
  }
}

/**
 * The name for a move.
 * @param tries How many names were found taken before this one.
 */
export function toActTarget(move: ActMove, task: ParsedTaskName, stamps: Stamps, tries: number): MoveTarget {
  switch (move.kind) {
    case 'back': {
      const attempts = move.freshAttempts ? 0 : task.attempts
      const name = toStampedName(stamps.nextUs(), task.originalId, attempts, 'waiting')
      return { dir: 'pending', name, isUnique: true }
    }
    case 'front': {
      const attempts = move.freshAttempts ? 0 : task.attempts
      const isBare = attempts === 0 && tries === 0
      const name = isBare
        ? task.originalId
        : toStampedName(task.originalUs + tries, task.originalId, attempts, 'waiting')
      return { dir: 'pending', name, isUnique: false }
    }
    case 'at': {
      const attempts = move.freshAttempts ? 0 : task.attempts
      const name = toStampedName(move.atUs + tries, task.originalId, attempts, 'waiting')
      return { dir: 'scheduled', name, isUnique: false }
    }
    case 'end': {
      const name = tries === 0 ? task.originalId : `${toStamp(stamps.nextUs())}_${task.originalId}`
      return { dir: move.state, name, isUnique: false }
    }
    case 'as-is':
      return { dir: move.dir, name: toKeptName(move.dir, task, stamps, tries), isUnique: false }
  }
}

function toKeptName(dir: string, task: ParsedTaskName, stamps: Stamps, tries: number): string {
  if (tries === 0) return task.name
  const isDueTime = dir === 'scheduled' || dir === `${TRASH_DIR}/scheduled`
  const us = isDueTime ? task.stampUs + tries : stamps.nextUs()
  return toStampedName(us, task.originalId, task.attempts, 'waiting')
}

/** A name of a node's directory as waiting directories read it: the count of claims does not change with the place. */
export function toWaitingForm(task: ParsedTaskName): ParsedTaskName {
  if (!task.stamped) return task
  const name = toStampedName(task.stampUs, task.originalId, task.attempts, 'waiting')
  return { ...task, name }
}

/**
 * Makes a directory for held or deleted tasks where it is missing, inside failed/ and nowhere else.
 * @throws FemtoQueueError `not-a-queue` where failed/ is gone, `bad-layout` where something else lies in its place, or the disk's error.
 */
export function makeParkedDir(dataDir: string, dir: string): void {
  const parts = dir.split('/').slice(1)
  let made = 'failed'
  for (const part of parts) {
    made = `${made}/${part}`
    const full = `${dataDir}/${made}`
    try {
      fs.mkdirSync(full)
    } catch (error) {
      if (errnoOrNull(error) !== 'EEXIST') throw toQueueError(error, 'Making the directory', { path: full })
    }
    const found = fs.lstatSync(full)
    if (!found.isDirectory() || found.dev !== fs.lstatSync(dataDir).dev) {
      throw new FemtoQueueError('bad-layout', `${full} must be a directory of its own, on the queue's disk`, {
        path: full,
      })
    }
  }
}
