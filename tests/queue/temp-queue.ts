/** Real directories for the queue's tests. A failed test keeps its directory and prints the path. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { FemtoQueue, type FemtoQueueOptions } from '../../shared/queue/index.ts'

export function makeTempDir(parent = os.tmpdir()): string {
  const dir = fs.mkdtempSync(path.join(parent, 'femtoqueue-test-'))
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') console.error(`Kept for inspection: ${dir}`)
    else fs.rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

/** Opens a queue that is closed with the test. */
export function openQueue(options: FemtoQueueOptions): FemtoQueue {
  const queue = new FemtoQueue(options)
  onTestFinished(() => queue.close())
  return queue
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

export function text(data: Uint8Array): string {
  return Buffer.from(data).toString()
}

export async function waitUntil(condition: () => boolean, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`Not reached within ${deadlineMs} ms: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
