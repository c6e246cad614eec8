import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { toArgumentsOrEmpty, toOpenTarget, toOwnArguments } from '../../electron/main/open-target.ts'

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
  ])('is read in %s', (_name, argv, isDefaultApp, own) => {
    expect(toOwnArguments(argv, isDefaultApp)).toEqual(own)
  })

  it('leads to the welcome screen, the demo, or a directory', () => {
    expect(toOpenTarget([], '/home')).toEqual({ kind: 'welcome' })
    expect(toOpenTarget(['--demo'], '/home')).toEqual({ kind: 'demo' })
    const dir = path.resolve('/srv/queues/mail')
    expect(toOpenTarget(['/srv/queues/mail'], '/home')).toEqual({ kind: 'queue', dir })
  })

  it('resolves a relative directory of a second instance against where it was called', () => {
    const dir = path.resolve('/other/place/mail')
    expect(toOpenTarget(['mail'], '/other/place')).toEqual({ kind: 'queue', dir })
    expect(toOpenTarget(['../place/mail'], '/other/place')).toEqual({ kind: 'queue', dir })
  })

  it.each([[null], ['x'], [{}], [{ args: 'x' }], [{ args: [1, {}, null] }]])(
    'takes nothing out of a second instance that hands over %j',
    (data) => {
      expect(toArgumentsOrEmpty(data)).toEqual([])
    },
  )

  it('takes the arguments of a second instance', () => {
    expect(toArgumentsOrEmpty({ args: ['--demo', 'mail'] })).toEqual(['--demo', 'mail'])
  })
})
