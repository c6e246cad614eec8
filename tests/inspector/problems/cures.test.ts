import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CureId, Problem, ProblemKind } from '../../../shared/contract/model.ts'
import { readQueueDir } from '../../../shared/inspector/queue-dir.ts'
import { QueueSession } from '../../../shared/inspector/queue-session.ts'
import { toShellLine } from '../../../shared/inspector/problems/problem-ids.ts'
import { FemtoQueue, readFailureRecordOrNull, SharedClock } from '../../../shared/queue/index.ts'
import { findPythonOrNull, runPython } from '../../helpers/python.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../../helpers/queue-dirs.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const python = findPythonOrNull()
const HOUR_US = 3_600e6

async function openSession(dir: string): Promise<QueueSession> {
  const session = new QueueSession(await readQueueDir(dir))
  onTestFinished(() => session.close())
  await session.start()
  return session
}

function problemOf(session: QueueSession, kind: ProblemKind): Promise<Problem> {
  return waitUntil(`a problem ${kind}`, async () =>
    (await session.problems.list()).find((problem) => problem.kind === kind),
  )
}

async function cureOf(session: QueueSession, kind: ProblemKind, cureId: CureId) {
  return session.problems.cure((await problemOf(session, kind)).problemId, cureId)
}

function cutShort(dir: string, place: string): void {
  writeFileSync(
    path.join(dir, place),
    Buffer.concat([Buffer.from([1]), Buffer.alloc(23), Buffer.from('payload')]),
  )
}

/** In creating/, so long ago that nobody can be at it any more. */
function leaveOrphan(dir: string, name: string): void {
  writeTask(dir, 'creating', name, 'x')
  utimesSync(path.join(dir, 'creating', name), 1_000, 1_000)
}

const nowUs = () => Date.now() * 1000

describe('a problem is cured by one rename, and the cure undone by another:', () => {
  it('a foreign file is set aside inside failed/', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeFileSync(path.join(dir, 'pending/.DS_Store'), 'finder')
    writeTask(dir, 'pending', `${nowUs()}_fine`, 'x')
    const before = snapshotOf(dir)
    const session = await openSession(dir)
    const { undoId, result } = await cureOf(session, 'foreign-file', 'set-aside')
    expect(result).toBe('done')
    expect(readFileSync(path.join(dir, 'failed/.trash/foreign/pending/.DS_Store'), 'utf8')).toBe('finder')
    expect(existsSync(path.join(dir, 'pending/.DS_Store'))).toBe(false)
    expect(await session.problems.undoCure(undoId ?? '')).toMatchObject({ result: 'done' })
    expect(Object.keys(snapshotOf(dir)).filter((name) => !name.startsWith('failed/'))).toEqual(
      Object.keys(before).filter((name) => !name.startsWith('failed/')),
    )
    expect(readFileSync(path.join(dir, 'pending/.DS_Store'), 'utf8')).toBe('finder')
  })

  it('a corrupt task goes to failed/ with the reason', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    const id = `${nowUs()}_bad`
    cutShort(dir, `worker/${nowUs()}_${id}`)
    const session = await openSession(dir)
    const { undoId } = await cureOf(session, 'corrupt-task', 'to-failed')
    expect(readdirSync(path.join(dir, 'worker'))).toEqual([])
    expect(existsSync(path.join(dir, 'failed', id))).toBe(true)
    expect(readFailureRecordOrNull(dir, id)?.attempts[0]?.message).toContain(
      'does not fit the stored checksum',
    )
    expect(await session.problems.undoCure(undoId ?? '')).toMatchObject({ result: 'done' })
    expect(readdirSync(path.join(dir, 'worker'))).toHaveLength(1)
  })

  it('an orphan in creating/ is published behind all that waits, or discarded', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    leaveOrphan(dir, '5_orphan')
    leaveOrphan(dir, `${nowUs() + HOUR_US}_planned`)
    const waiting = `${nowUs()}_waits`
    writeTask(dir, 'pending', waiting, 'x')
    const session = await openSession(dir)
    const orphans = await waitUntil('both', async () => {
      const found = await session.problems.list()
      return found.length === 2 ? found : null
    })
    for (const { problemId } of orphans)
      expect(await session.problems.cure(problemId, 'publish')).toMatchObject({ result: 'done' })
    const pending = readdirSync(path.join(dir, 'pending')).toSorted()
    expect(pending).toHaveLength(2)
    expect(pending[0]).toBe(waiting)
    expect(pending[1]).toMatch(/^\d{16}_5_orphan$/)
    expect(readdirSync(path.join(dir, 'scheduled'))[0]).toMatch(/_planned$/)
    leaveOrphan(dir, '6_unwanted')
    const { undoId } = await cureOf(await openSession(dir), 'orphan-in-creating', 'set-aside')
    expect(undoId).not.toBeNull()
    expect(readdirSync(path.join(dir, 'failed/.trash/foreign/creating'))).toEqual(['6_unwanted'])
  })

  it('an id from the future gets a stamp of now, under the same identity', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const future = `${nowUs() + 48 * HOUR_US}_future`
    writeTask(dir, 'pending', future, 'x')
    const session = await openSession(dir)
    const { undoId } = await cureOf(session, 'future-id', 'restamp')
    const [name = ''] = readdirSync(path.join(dir, 'pending'))
    expect(name.endsWith(`_${future}`)).toBe(true)
    expect(Number(name.slice(0, 16))).toBeLessThan(nowUs() + HOUR_US)
    expect(await session.problems.undoCure(undoId ?? '')).toMatchObject({ result: 'done' })
    expect(readdirSync(path.join(dir, 'pending'))).toEqual([future])
  })

  it('a waiting task whose id is taken in done/ gets a name of its own', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const id = `${nowUs()}_twice`
    writeTask(dir, 'pending', id, 'again')
    writeTask(dir, 'done', id, 'the first')
    const session = await openSession(dir)
    await cureOf(session, 'duplicate-id', 'restamp')
    expect(readdirSync(path.join(dir, 'pending'))[0]).toMatch(new RegExp(`^\\d{16}_${id}$`))
    expect(readdirSync(path.join(dir, 'done'))).toEqual([id])
    await waitUntil('no problem', async () => (await session.problems.list()).length === 0)
  })
})

describe('a cure', () => {
  it('leaves another file alone that lies under the name by now', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeFileSync(path.join(dir, 'pending/notes.txt'), 'seen')
    const session = await openSession(dir)
    const { problemId } = await problemOf(session, 'foreign-file')
    renameSync(path.join(dir, 'pending/notes.txt'), path.join(dir, 'kept'))
    writeFileSync(path.join(dir, 'pending/notes.txt'), 'another')
    await expect(session.problems.cure(problemId, 'set-aside')).rejects.toMatchObject({ code: 'TASK_GONE' })
    expect(readFileSync(path.join(dir, 'pending/notes.txt'), 'utf8')).toBe('another')
  })

  it('overwrites nothing: what is set aside under a name that is taken gets a number', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const session = await openSession(dir)
    for (const text of ['first', 'second', 'third']) {
      writeFileSync(path.join(dir, 'pending/x'), text)
      await cureOf(session, 'foreign-file', 'set-aside')
    }
    const aside = path.join(dir, 'failed/.trash/foreign/pending')
    expect(readdirSync(aside).map((name) => readFileSync(path.join(aside, name), 'utf8'))).toEqual([
      'first',
      'second',
      'third',
    ])
  })

  it('sets a name of 255 bytes aside twice', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const session = await openSession(dir)
    for (let at = 0; at < 2; at++) {
      writeFileSync(path.join(dir, 'pending', 'n'.repeat(255)), String(at))
      expect(await cureOf(session, 'foreign-file', 'set-aside')).toMatchObject({ result: 'done' })
    }
    expect(readdirSync(path.join(dir, 'failed/.trash/foreign/pending'))).toHaveLength(2)
  })

  it('publishes no file that is cut short, and says so', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    leaveOrphan(dir, '5_cut')
    appendFileSync(path.join(dir, 'creating/5_cut'), 'more')
    utimesSync(path.join(dir, 'creating/5_cut'), 1_000, 1_000)
    const session = await openSession(dir)
    const outcome = await cureOf(session, 'orphan-in-creating', 'publish')
    expect(outcome).toMatchObject({ result: 'skipped', undoId: null })
    expect(outcome.message).toContain('cut off')
    expect(readdirSync(path.join(dir, 'creating'))).toEqual(['5_cut'])
  })

  it('is refused where the problem does not offer it', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    rmSync(path.join(dir, 'scheduled'), { recursive: true })
    const session = await openSession(dir)
    const { problemId } = await problemOf(session, 'missing-directory')
    await expect(session.problems.cure(problemId, 'set-aside')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(session.problems.cure('no such problem', 'set-aside')).rejects.toMatchObject({
      code: 'TASK_GONE',
    })
  })

  it('moves nothing through a link in place of failed/.trash', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const elsewhere = makeTempDir()
    symlinkSync(elsewhere, path.join(dir, 'failed/.trash'))
    writeFileSync(path.join(dir, 'pending/x'), 'x')
    const session = await openSession(dir)
    await expect(cureOf(session, 'foreign-file', 'set-aside')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    })
    expect(readdirSync(elsewhere)).toEqual([])
    expect(existsSync(path.join(dir, 'pending/x'))).toBe(true)
  })

  it('moves a link itself, never what it points to', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const target = path.join(makeTempDir(), 'secret')
    writeFileSync(target, 'secret')
    symlinkSync(target, path.join(dir, 'pending/link'))
    await cureOf(await openSession(dir), 'foreign-file', 'set-aside')
    expect(lstatSync(path.join(dir, 'failed/.trash/foreign/pending/link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('secret')
  })
})

describe('an undo', () => {
  it('refuses where a worker has taken the task meanwhile', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    leaveOrphan(dir, '5_orphan')
    const session = await openSession(dir)
    const { undoId } = await cureOf(session, 'orphan-in-creating', 'publish')
    const worker = new FemtoQueue({ dataDir: dir, nodeId: 'worker' })
    onTestFinished(() => worker.close())
    expect(worker.pop()?.id).toBe('5_orphan')
    const outcome = await session.problems.undoCure(undoId ?? '')
    expect(outcome).toMatchObject({ result: 'skipped' })
    expect(outcome.message).toMatch(/^Not undone/)
  })

  it('refuses to overwrite what took the old name', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeFileSync(path.join(dir, 'pending/x'), 'old')
    const session = await openSession(dir)
    const { undoId } = await cureOf(session, 'foreign-file', 'set-aside')
    writeFileSync(path.join(dir, 'pending/x'), 'new')
    expect(await session.problems.undoCure(undoId ?? '')).toMatchObject({ result: 'skipped' })
    expect(readFileSync(path.join(dir, 'pending/x'), 'utf8')).toBe('new')
  })

  it('of an unknown cure is told as such', async () => {
    const session = await openSession(makeEmptyQueue(makeTempDir()))
    await expect(session.problems.undoCure('nothing')).rejects.toMatchObject({ code: 'UNKNOWN_HANDLE' })
  })
})

describe('the problems', () => {
  it('name a directory of files that are no tasks, with a command and no cure', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    mkdirSync(path.join(dir, 'my logs'))
    for (const name of ['a.log', 'b.log']) writeFileSync(path.join(dir, 'my logs', name), 'x')
    const session = await openSession(dir)
    const problem = await problemOf(session, 'stray-directory')
    expect(session.latest?.nodes).toEqual([])
    expect(problem).toMatchObject({ path: 'my logs', severity: 'stops-workers', cures: [] })
    expect(problem.command).toBe(`mv -n -- '${dir}/my logs' '${dir}.my logs'`)
  })

  it('warn of scheduled tasks that are overdue together', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    for (const name of ['a', 'b', 'c']) writeTask(dir, 'scheduled', `${nowUs() - HOUR_US}_${name}`, name)
    const problem = await problemOf(await openSession(dir), 'due-together')
    expect(problem.message).toContain('3 scheduled tasks')
  })

  it.skipIf(python === null)('are right about that: a Python worker keeps one of them', () => {
    const dir = makeEmptyQueue(makeTempDir())
    for (const name of ['a', 'b', 'c']) writeTask(dir, 'scheduled', `${nowUs() - HOUR_US}_${name}`, name)
    runPython(python ?? '', dir, `FemtoQueue(queue_dir, "py").pop()\nprint("0")`)
    expect([...readdirSync(path.join(dir, 'pending')), ...readdirSync(path.join(dir, 'py'))]).toHaveLength(1)
  })

  it('tell of a shared clock that runs ahead', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    const clock = new SharedClock(dir)
    clock.raiseAbove(nowUs() + 2 * HOUR_US)
    clock.close()
    expect((await problemOf(await openSession(dir), 'clock-ahead')).message).toContain('2 h ahead')
  })

  it.skipIf(process.getuid?.() !== 0)('name a waiting file that only another user may read', async () => {
    const { chmodSync, chownSync } = await import('node:fs')
    const dir = makeEmptyQueue(makeTempDir())
    const name = `${nowUs()}_theirs`
    writeTask(dir, 'pending', name, 'x')
    chmodSync(path.join(dir, 'pending', name), 0o600)
    chownSync(path.join(dir, 'pending', name), 12_345, 12_345)
    const problem = await problemOf(await openSession(dir), 'foreign-owner')
    expect(problem.message).toContain('user 12345')
    expect(problem.command).toBe(`chmod a+r -- ${dir}/pending/${name}`)
  })

  it('come worst first, and looking for them touches nothing', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    writeFileSync(path.join(dir, 'done/readme'), 'x')
    leaveOrphan(dir, '5_orphan')
    cutShort(dir, 'pending/6_bad')
    const before = snapshotOf(dir)
    const session = await openSession(dir)
    const problems = await waitUntil('all', async () => {
      const found = await session.problems.list()
      return found.length === 3 ? found : null
    })
    expect(problems.map(({ severity }) => severity)).toEqual(['stops-workers', 'risks-tasks', 'untidy'])
    expect(snapshotOf(dir)).toEqual(before)
  })
})

describe('a command to be copied', () => {
  it('is quoted so that no name can become a command', () => {
    expect(toShellLine(['mv', '--', "/q/it's; rm -rf ~", '/q/$(x)`y`\n'])).toBe(
      `mv -- '/q/it'\\''s; rm -rf ~' '/q/$(x)\`y\`\n'`,
    )
  })
})
