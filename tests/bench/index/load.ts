/**
 * Takes pending tasks through a node to done at a fixed rate by bare renames, and prints when each was done (ms since 1970).
 *
 *     node load.ts DIR TASKS_PER_S SECONDS
 */
import { readdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const [dir = '', rate = '0', seconds = '0'] = process.argv.slice(2)
const names = readdirSync(path.join(dir, 'pending'))
  .toSorted()
  .slice(0, Number(rate) * Number(seconds))
const doneAtMs: number[] = []
const startedAt = performance.now()
for (const name of names) {
  const dueMs = (doneAtMs.length / Number(rate)) * 1_000
  while (performance.now() - startedAt < dueMs) await delay(1)
  renameSync(path.join(dir, 'pending', name), path.join(dir, 'worker', name))
  renameSync(path.join(dir, 'worker', name), path.join(dir, 'done', name))
  doneAtMs.push(performance.timeOrigin + performance.now())
}
// Once everybody has seen it: back where they were, so that the next case finds the same queue.
await delay(1_000)
console.log(JSON.stringify(doneAtMs))
for (const name of names) renameSync(path.join(dir, 'done', name), path.join(dir, 'pending', name))
