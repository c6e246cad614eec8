/** Real directories for the queue's tests. A failed test keeps its directory and prints the path. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
export { listDir, ManualClock } from './queue-dir.ts'
import { memoryParent } from './queue-dir.ts'
import { FemtoQueue, type FemtoQueueOptions } from '../../shared/queue/index.ts'

export function makeTempDir(parent = os.tmpdir()): string {
  const dir = fs.mkdtempSync(path.join(parent, 'femtoqueue-test-'))
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') console.error(`Kept for inspection: ${dir}`)
    else fs.rmSync(dir, { recursive: true, force: true })
  })
  return dir
}

/** For tests of thousands of operations: in memory where that can be had. */
export function makeMemoryDir(): string {
  return makeTempDir(memoryParent())
}

/** Opens a queue that is closed with the test. */
export function openQueue(options: FemtoQueueOptions): FemtoQueue {
  const queue = new FemtoQueue(options)
  onTestFinished(() => queue.close())
  return queue
}

export function text(data: Uint8Array): string {
  return Buffer.from(data).toString()
}

export async function waitUntil(condition: () => boolean, deadlineMs = 25_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`Not reached within ${deadlineMs} ms: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
