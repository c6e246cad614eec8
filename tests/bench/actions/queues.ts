import { mkdirSync, renameSync } from 'node:fs'
import { FemtoQueue } from '../../../shared/queue/index.ts'

/** Makes a queue of failed tasks of 1 KiB, pushed by our core. */
export function makeFailedQueue(dir: string, tasks: number): string {
  mkdirSync(dir, { recursive: true })
  using queue = new FemtoQueue({ dataDir: dir })
  const payload = Buffer.alloc(1024, 'x')
  for (let at = 0; at < tasks; at++) {
    const id = queue.push(payload)
    renameSync(`${dir}/pending/${id}`, `${dir}/failed/${id}`)
  }
  return dir
}
