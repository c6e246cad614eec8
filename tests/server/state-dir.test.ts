import { describe, expect, it } from 'vitest'
import { toStateDir } from '../../server/state-dir.ts'

describe('where the server keeps its state', () => {
  it.each([
    ['linux', {}, '/home/person/.local/state/femtoqueue-inspector'],
    ['linux', { XDG_STATE_HOME: '/state' }, '/state/femtoqueue-inspector'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/person/.local/state/femtoqueue-inspector'],
    ['darwin', {}, '/home/person/Library/Application Support/femtoqueue-inspector'],
    ['linux', { FEMTOQUEUE_INSPECTOR_STATE: '/elsewhere' }, '/elsewhere'],
    ['linux', { FEMTOQUEUE_INSPECTOR_STATE: '' }, null],
  ] as const)('on %s with %o: %s', (platform, environment, expected) => {
    expect(toStateDir(environment, platform, '/home/person')).toBe(expected)
  })
})
