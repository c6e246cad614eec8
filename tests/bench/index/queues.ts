import { createHash } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeRandom } from '../../helpers/random.ts'

/** Larger queues are made of names of few files, but for the tasks that are offered first: disks and patience would not do. */
const MAX_FILES = 100_000
const FIRST_FILES = 50_000
/** Names of one file: ext4 allows 65,000. */
const LINKS = 60_000

/** Makes a queue of `tasks` pending tasks of 100 B in shuffled order of creation, or takes the one that lies there. */
export function makeQueue(dir: string, tasks: number): string {
  const pending = path.join(dir, 'pending')
  if (existsSync(pending) && readdirSync(pending).length === tasks) return dir
  for (const name of ['creating', 'pending', 'scheduled', 'done', 'failed', 'worker'])
    mkdirSync(path.join(dir, name), { recursive: true })
  const payload = Buffer.alloc(100, 'x')
  const file = Buffer.concat([
    Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]),
    createHash('md5').update(payload).digest(),
    payload,
  ])
  const random = makeRandom(tasks)
  const hex = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  let linked = ''
  let links = 0
  for (let at = 0; at < tasks; at++) {
    const place = (at * 7_919) % tasks
    const us = 1_790_000_000_000_000 + place * 1_000
    const full = path.join(pending, `${us}_${hex()}${hex()}${hex()}${hex()}`)
    if (tasks <= MAX_FILES || place < FIRST_FILES) writeFileSync(full, file)
    else if (links++ % LINKS === 0) {
      writeFileSync(full, file)
      linked = full
    } else linkSync(linked, full)
  }
  return dir
}
