/**
 * One case of `npm run bench:core`, in a process of its own: `node core-case.ts CASE DIR TASKS`. Prints one line of JSON:
 * push/s and pop+done/s. Every contender stores the same 100 bytes and ends each task before it takes the next.
 */
import { hash } from 'node:crypto'
import fs from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { FileStorage, Queue } from '@platformatic/job-queue'
import { FemtoQueue } from '../../shared/queue/index.ts'

export interface CaseResult {
  readonly push: Cost
  readonly pop: Cost
}

export interface Cost {
  readonly perS: number
  /** CPU time of one task, user and system: on a machine that is shared this says more than the clock. */
  readonly cpuUs: number
}

const PAYLOAD = Buffer.alloc(100, 'payload ')

function startMeasuring(tasks: number): () => Cost {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { perS: (tasks / (performance.now() - start)) * 1000, cpuUs: (user + system) / tasks }
  }
}

function measure(tasks: number, act: () => void): Cost {
  const end = startMeasuring(tasks)
  act()
  return end()
}

/** The bare system calls of the format, without any logic: nobody can be faster with these files. */
function runFloor(dir: string, tasks: number, sync: boolean): CaseResult {
  for (const name of ['creating', 'pending', 'n', 'done']) fs.mkdirSync(`${dir}/${name}`)
  const syncDir = (name: string): void => {
    const fd = fs.openSync(`${dir}/${name}`, fs.constants.O_RDONLY)
    fs.fsyncSync(fd)
    fs.closeSync(fd)
  }
  const bytes = Buffer.alloc(24 + PAYLOAD.length)
  bytes[0] = 1
  const ids = Array.from(
    { length: tasks },
    (_, i) => `${1_795_000_000_000_000 + i}_0123456789abcdef0123456789abcdef`,
  )
  const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL
  const push = measure(tasks, () => {
    for (const id of ids) {
      bytes.write(hash('md5', PAYLOAD, 'binary'), 8, 'latin1')
      bytes.set(PAYLOAD, 24)
      const fd = fs.openSync(`${dir}/creating/${id}`, flags, 0o666)
      fs.writeSync(fd, bytes, 0, bytes.length)
      if (sync) fs.fsyncSync(fd)
      fs.closeSync(fd)
      fs.renameSync(`${dir}/creating/${id}`, `${dir}/pending/${id}`)
      if (sync) syncDir('pending')
    }
  })
  const pop = measure(tasks, () => {
    for (const id of fs.readdirSync(`${dir}/pending`).toSorted()) {
      fs.renameSync(`${dir}/pending/${id}`, `${dir}/n/${id}`)
      const fd = fs.openSync(`${dir}/n/${id}`, fs.constants.O_RDONLY)
      const read = Buffer.allocUnsafe(fs.fstatSync(fd).size)
      fs.readSync(fd, read, 0, read.length, null)
      fs.closeSync(fd)
      if (hash('md5', read.subarray(24), 'binary') !== read.toString('latin1', 8, 24))
        throw new Error('checksum')
      fs.renameSync(`${dir}/n/${id}`, `${dir}/done/${id}`)
      if (sync) syncDir('done')
    }
  })
  return { push, pop }
}

function runOurs(dataDir: string, tasks: number, syncAfterWrite: boolean): CaseResult {
  using queue = new FemtoQueue({ dataDir, nodeId: 'n', syncAfterWrite })
  const push = measure(tasks, () => {
    for (let i = 0; i < tasks; i++) queue.push(PAYLOAD)
  })
  let popped = 0
  const pop = measure(tasks, () => {
    for (let task = queue.pop(); task !== null; task = queue.pop()) {
      queue.done(task)
      popped++
    }
  })
  if (popped !== tasks) throw new Error(`popped ${popped} of ${tasks}`)
  return { push, pop }
}

function runSqlite(dir: string, tasks: number, synchronous: 'OFF' | 'FULL'): CaseResult {
  const db = new DatabaseSync(`${dir}/queue.db`)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE task (id INTEGER PRIMARY KEY, state TEXT NOT NULL, payload BLOB NOT NULL);
    CREATE INDEX waiting ON task (id) WHERE state = 'pending'`)
  const insert = db.prepare("INSERT INTO task (state, payload) VALUES ('pending', ?)")
  const claim = db.prepare(
    "UPDATE task SET state = 'n' WHERE id = (SELECT id FROM task WHERE state = 'pending' ORDER BY id LIMIT 1) RETURNING id, payload",
  )
  const done = db.prepare("UPDATE task SET state = 'done' WHERE id = ?")
  const push = measure(tasks, () => {
    for (let i = 0; i < tasks; i++) insert.run(PAYLOAD)
  })
  const pop = measure(tasks, () => {
    for (let row = claim.get(); row !== undefined; row = claim.get()) done.run(row['id'] as number)
  })
  db.close()
  return { push, pop }
}

async function runJobQueue(dir: string, tasks: number): Promise<CaseResult> {
  const payload = PAYLOAD.toString()
  const makeQueue = (): Queue<string> =>
    new Queue<string>({ storage: new FileStorage({ basePath: dir }), concurrency: 1 })
  const producer = makeQueue()
  await producer.start()
  const endPush = startMeasuring(tasks)
  for (let i = 0; i < tasks; i++) await producer.enqueue(`job-${i}`, payload)
  const push = endPush()
  await producer.stop()
  const consumer = makeQueue()
  let left = tasks
  const endPop = startMeasuring(tasks)
  const ended = new Promise<void>((resolve) => {
    consumer.execute(async () => {
      if (--left === 0) resolve()
    })
  })
  await consumer.start()
  await ended
  const pop = endPop()
  await consumer.stop()
  return { push, pop }
}

const CASES: Record<string, (dir: string, tasks: number) => CaseResult | Promise<CaseResult>> = {
  floor: (dir, tasks) => runFloor(dir, tasks, false),
  'floor-sync': (dir, tasks) => runFloor(dir, tasks, true),
  femtoqueue: (dir, tasks) => runOurs(dir, tasks, false),
  'femtoqueue-sync': (dir, tasks) => runOurs(dir, tasks, true),
  'job-queue': runJobQueue,
  'sqlite-off': (dir, tasks) => runSqlite(dir, tasks, 'OFF'),
  'sqlite-full': (dir, tasks) => runSqlite(dir, tasks, 'FULL'),
}

const [name = '', dir = '', tasks = '0'] = process.argv.slice(2)
const run = CASES[name]
if (run === undefined) throw new Error(`No such case: ${name}`)
console.log(JSON.stringify(await run(dir, Number(tasks))))
process.exit(0)
