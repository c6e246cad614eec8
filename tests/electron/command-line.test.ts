import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  isStatusRun,
  toOpenTargets,
  toOwnArguments,
  toTargetsOfHandover,
  UsageError,
} from '../../electron/main/command-line.ts'

const MAIL = path.resolve('/srv/queues/mail')

function queueAt(dir: string, more: object = {}): object {
  return { kind: 'queue', dir, place: null, readOnly: false, ...more }
}

describe('the command line', () => {
  it.each([
    ['development', ['electron', '.', 'queue'], true, ['queue']],
    [
      'development with switches of Chromium',
      ['electron', '--inspect=0', '.', '--lang=de', 'queue'],
      true,
      ['queue'],
    ],
    ['the packed app', ['/opt/inspector', 'queue'], false, ['queue']],
    ['the packed app without arguments', ['/opt/inspector'], false, []],
    ['the packed app with the demo', ['/opt/inspector', '--demo'], false, ['--demo']],
    [
      'the packed app with options and their values',
      ['/opt/inspector', '--state', 'failed', '--no-sandbox', 'queue', '--task=1_a', '--read-only'],
      false,
      ['--state=failed', '--task=1_a', '--read-only', 'queue'],
    ],
    ['an attempt at a prototype', ['/opt/inspector', '--__proto__', '__proto__'], false, ['__proto__']],
  ])('is read in %s', (_name, argv, isDefaultApp, own) => {
    expect(toOwnArguments(argv, isDefaultApp)).toEqual(own)
  })

  it('leads to the welcome screen, the demo, or directories', () => {
    expect(toOpenTargets([], '/home')).toEqual([{ kind: 'welcome' }])
    expect(toOpenTargets(['--demo'], '/home')).toEqual([{ kind: 'demo' }])
    expect(toOpenTargets([MAIL, 'b'], path.resolve('/home'))).toEqual([
      queueAt(MAIL),
      queueAt(path.resolve('/home/b')),
    ])
  })

  it('takes a folder as file managers name it', () => {
    const dir = path.resolve('/srv/my queue')
    expect(toOpenTargets([pathToFileURL(dir).href], '/')).toEqual([queueAt(dir)])
  })

  it('resolves a relative directory against where it was called', () => {
    const dir = path.resolve('/other/place/mail')
    expect(toOpenTargets(['mail'], '/other/place')).toEqual([queueAt(dir)])
    expect(toOpenTargets(['../place/mail'], '/other/place')).toEqual([queueAt(dir)])
  })

  it('leads to a state, a task, and a window for looking only', () => {
    expect(toOpenTargets(['--state=failed', '--task=12_ab', '--read-only', MAIL], '/')).toEqual([
      queueAt(MAIL, { place: { view: 'failed', taskId: '12_ab' }, readOnly: true }),
    ])
    expect(toOpenTargets(['--task=12_ab', MAIL], '/')).toEqual([
      queueAt(MAIL, { place: { view: null, taskId: '12_ab' } }),
    ])
  })

  it.each([
    [['--state=lost', MAIL]],
    [['--state=', MAIL]],
    [['--state=__proto__', MAIL]],
    [['--task=../../etc/passwd', MAIL]],
    [['--task=12_a/b', MAIL]],
    [['--task=', MAIL]],
    [['--state=failed']],
    [['--read-only']],
    [['--demo', MAIL]],
    [['file://elsewhere/%ff%00']],
  ])('refuses %j in one line', (args) => {
    expect(() => toOpenTargets(args, '/')).toThrow(UsageError)
    expect(() => toOpenTargets(args, '/')).toThrow(/^[^\n]{10,}$/)
  })

  it('knows when a status is asked for instead of a window', () => {
    expect(isStatusRun(toOwnArguments(['/opt/inspector', MAIL, '--json', '--max-failed', '3'], false))).toBe(
      true,
    )
    expect(isStatusRun([MAIL])).toBe(false)
  })
})

describe('what a second instance hands over', () => {
  it('is opened as that instance was called', () => {
    const handover = { args: ['--state=failed', 'mail'], cwd: path.resolve('/srv/queues') }
    expect(toTargetsOfHandover(handover)).toEqual([
      queueAt(MAIL, { place: { view: 'failed', taskId: null } }),
    ])
  })

  it.each([
    [null],
    ['x'],
    [{}],
    [{ args: 'x', cwd: '/' }],
    [{ args: [1, {}, null], cwd: '/' }],
    [{ args: ['mail'] }],
    [{ args: ['mail'], cwd: 'relative' }],
    [{ args: ['--state=lost', 'mail'], cwd: '/' }],
  ])('leads to the welcome screen where it is %j', (data) => {
    expect(toTargetsOfHandover(data)).toEqual([{ kind: 'welcome' }])
  })
})
