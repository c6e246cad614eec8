import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeTask, type FemtoTask } from '../../shared/queue/index.ts'
import { listDir, makeTempDir, ManualClock, openQueue, text, waitUntil } from './temp-queue.ts'

const HOLDER = fileURLToPath(new URL('holder.ts', import.meta.url))

/** A real process that claims one task as `node` and then holds it. */
async function startHolder(dataDir: string, node: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLDER, dataDir, node], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

describe('take-over', () => {
  it('a task of a killed process is offered at once, though its parent never reaps it', async () => {
    const dataDir = makeTempDir()
    const id = openQueue({ dataDir }).push('a')
    // The shell starts the holder and becomes a program that waits for nobody: the killed holder stays a zombie.
    const shell = spawn('sh', [
      '-c',
      '"$0" "$1" "$2" victim & echo "$!"; exec sleep 1000',
      process.execPath,
      HOLDER,
      dataDir,
    ])
    onTestFinished(() => {
      shell.kill('SIGKILL')
    })
    let output = ''
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await waitUntil(() => output.includes(id))
    const pid = Number(/^\d+$/m.exec(output)?.[0])
    const queue = openQueue({ dataDir, nodeId: 'survivor' })
    expect(queue.pop()).toBeNull()
    queue.close()
    process.kill(pid, 'SIGKILL')
    await waitUntil(() => fs.readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '))
    expect(openQueue({ dataDir, nodeId: 'survivor' }).pop()).toMatchObject({ id, attempt: 2 })
  })

  it('a new holder that comes between the look at the records and the look at its tasks keeps them', async () => {
    const dataDir = makeTempDir()
    const id = openQueue({ dataDir }).push('a')
    const child = await startHolder(dataDir, 'victim')
    child.kill('SIGKILL')
    await waitUntil(() => child.signalCode !== null)
    const other = openQueue({ dataDir, nodeId: 'other' })
    const { readdirSync } = fs
    let task: FemtoTask | null = null
    fs.readdirSync = ((...args: unknown[]) => {
      const names: unknown = (readdirSync as (...args: unknown[]) => unknown)(...args)
      fs.readdirSync = readdirSync
      task = openQueue({ dataDir, nodeId: 'victim' }).pop()
      return names
    }) as typeof readdirSync
    expect(other.pop()).toBeNull()
    expect(task).toMatchObject({ id, attempt: 2 })
  })

  it('a stopped process keeps its task until the timeout, and its late done() is refused', async () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const holder = openQueue({ dataDir, nodeId: 'slow', clock })
    const id = holder.push('a')
    const task = holder.pop()
    const other = openQueue({ dataDir, nodeId: 'other', clock })
    for (let ms = 0; ms < 30_000; ms += 5000) {
      expect(other.pop()).toBeNull()
      clock.advanceMs(5000)
    }
    const taken = other.pop()
    expect(taken).toMatchObject({ id, attempt: 2 })
    expect(() => task && holder.done(task)).toThrow(expect.objectContaining({ code: 'lease-lost' }))
    if (taken) other.done(taken)
    expect(listDir(dataDir, 'done')).toEqual([id])
  })

  it('counts from the last sign of life, however long the task had waited before', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const holder = openQueue({ dataDir, nodeId: 'slow', clock })
    holder.push('a')
    clock.advanceMs(3600_000)
    const task = holder.pop()
    const other = openQueue({ dataDir, nodeId: 'other', clock })
    for (let i = 0; i < 20; i++) {
      clock.advanceMs(20_000)
      if (task) holder.extend(task)
      expect(other.pop()).toBeNull()
    }
  })

  it.each([3600, -3600, 86_400, -86_400, -1_800_000_000])(
    'no jump of the wall clock by %i s takes a live lease away',
    (seconds) => {
      const dataDir = makeTempDir()
      const clock = new ManualClock()
      const holder = openQueue({ dataDir, nodeId: 'holder', clock })
      holder.push('a')
      const task = holder.pop()
      const other = openQueue({ dataDir, nodeId: 'other', clock })
      clock.wall = Math.max(0, clock.wall + seconds * 1e6)
      for (let i = 0; i < 5; i++) {
        clock.monotonic += 5e6
        expect(other.pop()).toBeNull()
      }
      if (task) holder.done(task)
    },
  )

  it('a waiting id far ahead, which sets the shared clock on, takes no live lease away', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock()
    const holder = openQueue({ dataDir, nodeId: 'holder', clock })
    holder.push('a')
    const task = holder.pop()
    clock.advanceMs(20_000)
    fs.writeFileSync(
      path.join(dataDir, 'pending', `${clock.wall + 3600e6}_ahead`),
      encodeTask(Buffer.from('ahead')),
    )
    const other = openQueue({ dataDir, nodeId: 'other', clock })
    expect(other.pop()?.id).toContain('_ahead')
    expect(other.pop()).toBeNull()
    if (task) holder.extend(task)
    clock.advanceMs(20_000)
    expect(other.pop()).toBeNull()
    clock.advanceMs(10_000)
    expect(other.pop()?.id).toBe(task?.id)
  })

  it('a task in the directory of a Python worker is taken when name and change time stand still for the timeout', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock(Date.now() * 1000)
    const queue = openQueue({ dataDir, nodeId: 'n', clock })
    fs.mkdirSync(path.join(dataDir, 'python'))
    const file = path.join(dataDir, 'python', '1795416245206308_<built-in method hex>')
    fs.writeFileSync(file, encodeTask(Buffer.from('a')))
    for (let ms = 0; ms <= 25_000; ms += 5000) {
      expect(queue.pop()).toBeNull()
      clock.advanceMs(5000)
    }
    expect(text(queue.pop()?.data ?? Buffer.alloc(0))).toBe('a')
  })

  it('a short-lived process recovers what was left long ago', () => {
    const dataDir = makeTempDir()
    const clock = new ManualClock((Date.now() + 3600_000) * 1000)
    fs.mkdirSync(path.join(dataDir, 'python'))
    fs.writeFileSync(path.join(dataDir, 'python', '5_left'), encodeTask(Buffer.from('a')))
    expect(openQueue({ dataDir, nodeId: 'n', clock }).pop()?.id).toBe('5_left')
  })

  it('a second live holder of a node id is refused, in this process and in another, until the first has gone', async () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    queue.push('a')
    const inUse = expect.objectContaining({ code: 'node-in-use' })
    expect(() => openQueue({ dataDir, nodeId: 'n' })).toThrow(inUse)
    const child = await startHolder(dataDir, 'other')
    expect(() => openQueue({ dataDir, nodeId: 'other' })).toThrow(inUse)
    child.kill('SIGKILL')
    await waitUntil(() => child.signalCode !== null)
    const after = openQueue({ dataDir, nodeId: 'other' })
    expect(after.pop()).toMatchObject({ attempt: 2 })
    queue.close()
    openQueue({ dataDir, nodeId: 'n' })
  })

  it('a second holder in another thread of this process is refused too', async () => {
    const dataDir = makeTempDir()
    openQueue({ dataDir, nodeId: 'n' })
    const program = `
      import { FemtoQueue } from ${JSON.stringify(new URL('../../shared/queue/index.ts', import.meta.url).href)}
      import { parentPort, workerData } from 'node:worker_threads'
      let code = 'accepted'
      try { new FemtoQueue({ dataDir: workerData, nodeId: 'n' }) } catch (error) { code = error.code }
      parentPort.postMessage(code)`
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
      workerData: dataDir,
    })
    onTestFinished(async () => void (await thread.terminate()))
    const [code] = await once(thread, 'message')
    expect(code).toBe('node-in-use')
  })

  it('the record of another host is believed until it was not touched for four timeouts', () => {
    const dataDir = makeTempDir()
    openQueue({ dataDir })
    const record = path.join(dataDir, '.fq-node-n.1-1-1-boot@elsewhere')
    fs.writeFileSync(record, '')
    expect(() => openQueue({ dataDir, nodeId: 'n' })).toThrow(
      expect.objectContaining({ code: 'node-in-use' }),
    )
    fs.utimesSync(record, new Date(0), new Date(0))
    openQueue({ dataDir, nodeId: 'n' })
    expect(fs.existsSync(record)).toBe(false)
  })
})
