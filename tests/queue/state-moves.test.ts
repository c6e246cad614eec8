import fs, {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeParkedDir, Stamps, toActTarget } from '../../shared/queue/act-names.ts'
import { parseTaskName, SharedClock } from '../../shared/queue/index.ts'
import { moveFile, removeFile } from '../../shared/queue/state-moves.ts'
import type { FileCheck } from '../../shared/queue/state-moves.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../helpers/queue-dirs.ts'

const ID = '1795418499713046_000102030405060708090a0b0c0d0e0f'
const from = { dir: 'failed', name: ID }
const to = { dir: 'done', name: ID, isUnique: false }

function makeQueue(): { dir: string; check: FileCheck; at: (place: string) => string } {
  const dir = makeEmptyQueue(makeTempDir())
  writeTask(dir, 'failed', ID, 'meant')
  const { dev, ino } = lstatSync(path.join(dir, 'failed', ID), { bigint: true })
  return { dir, check: { kind: 'file', identity: { dev, ino } }, at: (place) => path.join(dir, place) }
}

function openStamps(dir: string): Stamps {
  const clock = new SharedClock(dir)
  onTestFinished(() => clock.close())
  return new Stamps(clock)
}

describe('one checked move', () => {
  it('renames the file that is meant, and tells its inode', () => {
    const { dir, check, at } = makeQueue()
    const ino = lstatSync(at(`failed/${ID}`)).ino
    expect(moveFile(dir, from, to, check)).toEqual({ moved: true, ino })
    expect(existsSync(at(`failed/${ID}`))).toBe(false)
    expect(
      readFileSync(at(`done/${ID}`))
        .subarray(24)
        .toString(),
    ).toBe('meant')
  })

  it('tells that the file is gone, or lost between look and rename', () => {
    const { dir, check, at } = makeQueue()
    const rename = fs.renameSync.bind(fs)
    const spy = vi.spyOn(fs, 'renameSync').mockImplementationOnce((source, target) => {
      rename(source, at('pending/taken'))
      rename(source, target)
    })
    onTestFinished(() => spy.mockRestore())
    expect(moveFile(dir, from, to, check)).toEqual({ moved: false, reason: 'gone' })
    expect(moveFile(dir, from, to, check)).toEqual({ moved: false, reason: 'gone' })
    expect(existsSync(at(`done/${ID}`))).toBe(false)
  })

  it('leaves alone another file under the name, a link, and a directory', () => {
    const { dir, check, at } = makeQueue()
    renameSync(at(`failed/${ID}`), at('pending/elsewhere'))
    writeTask(dir, 'failed', ID, 'another')
    expect(moveFile(dir, from, to, check)).toMatchObject({ reason: 'changed' })
    rmSync(at(`failed/${ID}`))
    symlinkSync(at('pending/elsewhere'), at(`failed/${ID}`))
    const since: FileCheck = {
      kind: 'since',
      dev: lstatSync(dir, { bigint: true }).dev,
      notAfterMs: Infinity,
    }
    expect(moveFile(dir, from, to, since)).toMatchObject({ reason: 'changed' })
    rmSync(at(`failed/${ID}`))
    mkdirSync(at(`failed/${ID}`))
    expect(moveFile(dir, from, to, since)).toMatchObject({ reason: 'changed' })
  })

  it('tells by its ctime that a file came to its name after a moment, or lies on another device', () => {
    const { dir, at } = makeQueue()
    const { dev, ctimeMs } = lstatSync(at(`failed/${ID}`))
    const check = { kind: 'since', dev: BigInt(dev), notAfterMs: ctimeMs } as const
    expect(moveFile(dir, from, to, { ...check, notAfterMs: ctimeMs - 1 })).toMatchObject({
      reason: 'changed',
    })
    expect(moveFile(dir, from, to, { ...check, dev: BigInt(dev) + 1n })).toMatchObject({ reason: 'changed' })
    expect(moveFile(dir, from, to, check)).toMatchObject({ moved: true })
  })

  it('overwrites nothing, not even another link of the same file', () => {
    const { dir, check, at } = makeQueue()
    writeTask(dir, 'done', ID, 'finished before')
    expect(moveFile(dir, from, to, check)).toEqual({ moved: false, reason: 'taken' })
    expect(
      readFileSync(at(`done/${ID}`))
        .subarray(24)
        .toString(),
    ).toBe('finished before')
    rmSync(at(`done/${ID}`))
    linkSync(at(`failed/${ID}`), at(`done/${ID}`))
    expect(moveFile(dir, from, to, check)).toEqual({ moved: false, reason: 'taken' })
  })

  it('throws where the target directory is gone; the task is where it was', () => {
    const { dir, check, at } = makeQueue()
    rmSync(at('done'), { recursive: true })
    expect(() => moveFile(dir, from, to, check)).toThrow('has disappeared')
    expect(existsSync(at(`failed/${ID}`))).toBe(true)
  })

  it('removes a file for good only if it is the one that is meant', () => {
    const { dir, check, at } = makeQueue()
    const { dev, ino } = lstatSync(at(`failed/${ID}`), { bigint: true })
    const other: FileCheck = { kind: 'file', identity: { dev, ino: ino + 1n } }
    expect(removeFile(dir, from, other)).toEqual({ moved: false, reason: 'changed' })
    expect(removeFile(dir, from, check)).toMatchObject({ moved: true })
    expect(removeFile(dir, from, check)).toEqual({ moved: false, reason: 'gone' })
  })
})

describe('the names of moves', () => {
  const task = parseTaskName(`1795418500000000_${ID}~3`)
  if (task === null) throw new Error('it is a task name')

  it('keep the identity, and the count of claims where it still counts', () => {
    const stamps = openStamps(makeEmptyQueue(makeTempDir()))
    const names = [
      toActTarget({ kind: 'back', freshAttempts: false }, task, stamps, 0),
      toActTarget({ kind: 'back', freshAttempts: true }, task, stamps, 0),
      toActTarget({ kind: 'front', freshAttempts: true }, task, stamps, 0),
      toActTarget({ kind: 'front', freshAttempts: false }, task, stamps, 0),
      toActTarget({ kind: 'at', atUs: 1_800_000_000_000_000, freshAttempts: true }, task, stamps, 0),
      toActTarget({ kind: 'end', state: 'failed' }, task, stamps, 0),
      toActTarget({ kind: 'as-is', dir: 'failed/.held' }, task, stamps, 0),
    ].map(({ name }) => parseTaskName(name))
    expect(names.every((parsed) => parsed?.originalId === ID)).toBe(true)
    expect(names.map((parsed) => parsed?.attempts)).toEqual([3, 0, 0, 3, 0, 0, 3])
  })

  it('differ at each try, and a scheduled one keeps its time to the microseconds', () => {
    const stamps = openStamps(makeEmptyQueue(makeTempDir()))
    const moves = [
      { kind: 'front', freshAttempts: true },
      { kind: 'at', atUs: 1_800_000_000_000_000, freshAttempts: true },
      { kind: 'end', state: 'done' },
      { kind: 'as-is', dir: 'failed/.trash/scheduled' },
    ] as const
    for (const move of moves) {
      const names = [0, 1, 2].map((tries) => toActTarget(move, task, stamps, tries).name)
      expect(new Set(names).size).toBe(3)
    }
    const trashed = toActTarget({ kind: 'as-is', dir: 'failed/.trash/scheduled' }, task, stamps, 2)
    expect(parseTaskName(trashed.name)?.stampUs).toBe(task.stampUs + 2)
  })

  it('come from stamps that rise, reserved or not, above those of others', () => {
    const dir = makeEmptyQueue(makeTempDir())
    const [one, other] = [openStamps(dir), openStamps(dir)]
    const given: number[] = [one.nextUs()]
    one.reserve(3)
    given.push(one.nextUs(), one.nextUs(), one.nextUs(), one.nextUs())
    expect(given).toEqual(given.toSorted((a, b) => a - b))
    expect(new Set(given).size).toBe(5)
    expect(other.nextUs()).toBeGreaterThan(given[0] ?? 0)
  })
})

describe('a directory for parked tasks', () => {
  it('is made inside failed/ only, and only where nothing else lies there', () => {
    const dir = makeEmptyQueue(makeTempDir())
    makeParkedDir(dir, 'failed/.trash/pending')
    makeParkedDir(dir, 'failed/.trash/pending')
    expect(lstatSync(path.join(dir, 'failed/.trash/pending')).isDirectory()).toBe(true)
    writeFileSync(path.join(dir, 'failed/.held'), '')
    expect(() => makeParkedDir(dir, 'failed/.held')).toThrow('must be a directory')
    rmSync(path.join(dir, 'failed'), { recursive: true })
    expect(() => makeParkedDir(dir, 'failed/.held')).toThrow('ENOENT')
    expect(existsSync(path.join(dir, 'failed'))).toBe(false)
  })
})
