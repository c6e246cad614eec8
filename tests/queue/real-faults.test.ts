/** Faults that a real system has. Most need root on Linux; where that is not at hand they are skipped by name, loudly. */
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeTask, FemtoQueue, FemtoQueueError, readFailureRecordOrNull } from '../../shared/queue/index.ts'
import { listDir, makeTempDir, openQueue, text } from './temp-queue.ts'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const canMount = isRoot && spawnSync('unshare', ['--mount', 'true']).status === 0
if (!canMount)
  console.warn(
    '\n!!! SKIPPED: full disk, no inodes, read-only mount, foreign owner: they need root on Linux\n',
  )

/** Mounts a file system for one test. */
function mount(args: readonly string[]): string {
  const dir = makeTempDir()
  execFileSync('mount', [...args, dir])
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', dir])
  })
  return dir
}

function codeOf(act: () => unknown): string {
  try {
    act()
    return 'accepted'
  } catch (error) {
    if (error instanceof FemtoQueueError) return error.code
    throw error
  }
}

describe('real faults', () => {
  it.skipIf(!canMount)(
    'a full disk fails the push by name, leaves nothing of it, and what was stored can be worked on',
    () => {
      const dataDir = mount(['-t', 'tmpfs', '-o', 'size=1m', 'none'])
      const queue = openQueue({ dataDir, nodeId: 'n' })
      const ids: string[] = []
      const payload = Buffer.alloc(50_000)
      expect(
        codeOf(() => {
          for (;;) ids.push(queue.push(payload))
        }),
      ).toBe('disk-full')
      expect(listDir(dataDir, 'creating')).toEqual([])
      expect(listDir(dataDir, 'pending')).toEqual(ids)
      for (let task = queue.pop(); task !== null; task = queue.pop()) queue.done(task)
      expect(listDir(dataDir, 'done')).toEqual(ids)
    },
  )

  it.skipIf(!canMount)(
    'a disk without inodes does the same, and fail() moves the task though its reason finds no room',
    () => {
      const dataDir = mount(['-t', 'tmpfs', '-o', 'nr_inodes=16', 'none'])
      const problems: string[] = []
      const queue = openQueue({
        dataDir,
        nodeId: 'n',
        onProblem: (problem) => void problems.push(problem.kind),
      })
      const ids: string[] = []
      expect(
        codeOf(() => {
          for (;;) ids.push(queue.push('x'))
        }),
      ).toBe('disk-full')
      const task = queue.pop()
      if (task) queue.fail(task, new Error('no room for this'))
      expect(listDir(dataDir, 'failed')).toEqual(ids.slice(0, 1))
      expect(problems).toEqual(['io-error'])
    },
  )

  it.skipIf(!canMount)('a read-only disk is called so by every call, and nothing changes', () => {
    const dataDir = mount(['-t', 'tmpfs', 'none'])
    const queue = openQueue({ dataDir, nodeId: 'n' })
    queue.push('a')
    queue.push('b')
    const task = queue.pop()
    if (!task) throw new Error('no task')
    execFileSync('mount', ['-o', 'remount,ro', dataDir])
    const calls = [
      () => queue.push('c'),
      () => queue.pop(),
      () => queue.done(task),
      () => queue.extend(task),
      () => queue.release(task),
    ]
    expect(calls.map(codeOf)).toEqual(Array(5).fill('read-only'))
    expect(codeOf(() => new FemtoQueue({ dataDir, nodeId: 'm' }))).toBe('read-only')
    execFileSync('mount', ['-o', 'remount,rw', dataDir])
    queue.done(task)
    expect(text(queue.pop()?.data ?? Buffer.alloc(0))).toBe('b')
  })

  it.skipIf(!canMount)('a state directory on another device is refused', () => {
    const dataDir = makeTempDir()
    fs.mkdirSync(path.join(dataDir, 'done'))
    execFileSync('mount', ['-t', 'tmpfs', 'none', path.join(dataDir, 'done')])
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', path.join(dataDir, 'done')])
    })
    expect(codeOf(() => new FemtoQueue({ dataDir }))).toBe('bad-layout')
  })

  it.skipIf(!isRoot)(
    "another user's unreadable task stays with the node and is reported; the work goes on",
    () => {
      const dataDir = makeTempDir()
      const queue = openQueue({ dataDir })
      fs.writeFileSync(path.join(dataDir, 'pending', '1_secret'), encodeTask(Buffer.from('secret')), {
        mode: 0o600,
      })
      const good = queue.push('good')
      for (const dir of ['.', 'pending', 'creating', 'done', 'failed', 'scheduled'])
        fs.chmodSync(path.join(dataDir, dir), 0o777)
      for (const name of fs.readdirSync(dataDir))
        if (name.startsWith('.fq-clock')) fs.chmodSync(path.join(dataDir, name), 0o666)
      fs.chmodSync(path.join(dataDir, 'pending', good), 0o644)
      const program = `
      import { FemtoQueue } from ${JSON.stringify(new URL('../../shared/queue/index.ts', import.meta.url).pathname)}
      process.setgid(65534); process.setuid(65534)
      const problems = []
      const queue = new FemtoQueue({ dataDir: process.argv[1], nodeId: 'nobody', onProblem: (problem) => problems.push(problem.kind) })
      console.log(JSON.stringify([queue.pop()?.id, problems]))`
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '-e', program, dataDir],
        { encoding: 'utf8' },
      )
      expect(stdout.trim(), stderr).toBe(JSON.stringify([good, ['unreadable-task']]))
    },
  )

  it('without file descriptors pop() says so, and the task is offered again', () => {
    const dataDir = makeTempDir()
    openQueue({ dataDir }).push('a')
    const program = `
      import fs from 'node:fs'
      import { FemtoQueue } from ${JSON.stringify(new URL('../../shared/queue/index.ts', import.meta.url).pathname)}
      const queue = new FemtoQueue({ dataDir: process.argv[1], nodeId: 'n' })
      const open = []
      try { for (;;) open.push(fs.openSync('/dev/null', 'r')) } catch {}
      const codes = []
      for (const call of [() => queue.pop(), () => queue.push('b')]) try { call(); codes.push('accepted') } catch (error) { codes.push(error.code) }
      for (const fd of open) fs.closeSync(fd)
      const task = queue.pop()
      queue.done(task)
      console.log(JSON.stringify([...codes, Buffer.from(task.data).toString()]))`
    const run = `ulimit -n 64; exec "$0" --input-type=module -e "$1" "$2"`
    const { stdout, stderr } = spawnSync('sh', ['-c', run, process.execPath, program, dataDir], {
      encoding: 'utf8',
    })
    expect(stdout.trim(), stderr).toBe(JSON.stringify(['too-many-files', 'too-many-files', 'a']))
  })

  it('a pipe, a socket file, links and directories in place of tasks harm nobody', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const pending = path.join(dataDir, 'pending')
    execFileSync('mkfifo', [path.join(pending, '1_pipe')])
    fs.symlinkSync('/etc/passwd', path.join(pending, '2_link'))
    fs.symlinkSync('nowhere', path.join(pending, '3_dangling'))
    fs.mkdirSync(path.join(pending, '4_directory'))
    const good = queue.push('good')
    expect(queue.pop()?.id).toBe(good)
    expect(queue.pop()).toBeNull()
    expect(listDir(dataDir, 'pending')).toHaveLength(4)
  })

  it('a task exchanged for a pipe or a link after it was listed goes to failed/ unread', () => {
    for (const [what, make] of [
      ['pipe', (file: string) => void execFileSync('mkfifo', [file])],
      ['link', (file: string) => fs.symlinkSync('/etc/passwd', file)],
      ['directory', (file: string) => fs.mkdirSync(file)],
    ] as const) {
      const dataDir = makeTempDir()
      const queue = openQueue({ dataDir, nodeId: 'n' })
      queue.push('a')
      const second = queue.push('b')
      queue.pop()
      fs.rmSync(path.join(dataDir, 'pending', second))
      make(path.join(dataDir, 'pending', second))
      expect(queue.pop(), what).toBeNull()
      expect(listDir(dataDir, 'failed'), what).toEqual([second])
      expect(readFailureRecordOrNull(dataDir, second)?.attempts[0]?.message).toContain('not-regular')
    }
  })

  it('two names of one file are two tasks, each run and ended once', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const id = queue.push('twice')
    fs.linkSync(path.join(dataDir, 'pending', id), path.join(dataDir, 'pending', '5_other'))
    fs.linkSync(path.join(dataDir, 'pending', id), path.join(dataDir, 'done', '5_other'))
    let runs = 0
    for (let task = queue.pop(); task !== null && runs < 10; task = queue.pop()) {
      queue.done(task)
      runs++
    }
    expect(runs).toBe(2)
    expect(listDir(dataDir, 'n')).toEqual([])
    expect(listDir(dataDir, 'done')).toHaveLength(3)
  })

  it('a failure record that is huge, no JSON, a pipe or a link harms nothing and is replaced', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'n' })
    const meta = path.join(dataDir, 'failed', '.meta')
    fs.mkdirSync(meta)
    for (const make of [
      (file: string) => fs.writeFileSync(file, Buffer.alloc(200_000, '[')),
      (file: string) => fs.writeFileSync(file, '{"version":1,"attempts":[{"failedAtUs":"x"},7]}'),
      (file: string) => void execFileSync('mkfifo', [file]),
      (file: string) => fs.symlinkSync('/etc/passwd', file),
    ]) {
      const id = queue.push('a')
      make(path.join(meta, `${id}.json`))
      const task = queue.pop()
      if (task) queue.fail(task, new Error('x'.repeat(500_000)))
      expect(readFailureRecordOrNull(dataDir, id)?.attempts.at(-1)?.message).toMatch(/^x+$/)
      expect(fs.statSync(path.join(meta, `${id}.json`)).size).toBeLessThanOrEqual(65_536)
    }
    expect(fs.readFileSync('/etc/passwd', 'utf8')).toContain('root')
  })
})
