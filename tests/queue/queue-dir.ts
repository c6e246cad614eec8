/** What tests in threads of their own need, which know nothing of vitest. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const ROOMY = { inodes: 50_000, bytes: 500e6 }

/** A directory in memory where that is to be had and has room, else the usual one: a busy disk makes thousands of operations last. */
export function memoryParent(): string {
  try {
    const { ffree, bavail, bsize } = fs.statfsSync('/dev/shm')
    if (ffree >= ROOMY.inodes && bavail * bsize >= ROOMY.bytes) return '/dev/shm'
  } catch {
    // There is none.
  }
  return os.tmpdir()
}

/** Everything that lies in a state directory or a node's, but for our own inner directories. */
export function listDir(dataDir: string, dir: string): string[] {
  return fs
    .readdirSync(path.join(dataDir, dir))
    .filter((name) => !name.startsWith('.'))
    .toSorted()
}

/** A clock that stands still until it is told to move. */
export class ManualClock {
  wall: number
  monotonic: number

  constructor(wallUs = 1_800_000_000_000_000, monotonicUs = 1_000_000_000) {
    this.wall = wallUs
    this.monotonic = monotonicUs
  }

  wallUs = (): number => this.wall
  monotonicUs = (): number => this.monotonic

  /** Both times go on, as they do. */
  advanceMs(ms: number): void {
    this.wall += ms * 1000
    this.monotonic += ms * 1000
  }
}
