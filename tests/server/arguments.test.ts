import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseServerArguments } from '../../server/arguments.ts'

describe('the arguments of the server', () => {
  it('default to the welcome screen, any free port and looking only', () => {
    expect(parseServerArguments([])).toEqual({
      dir: null,
      demo: false,
      port: 0,
      write: false,
      place: null,
      pushLimitBytes: 16 * 1024 * 1024,
    })
  })

  it('resolve the directory against the working directory', () => {
    expect(parseServerArguments(['--write', 'some queue', '--port', '8123'])).toMatchObject({
      dir: resolve('some queue'),
      port: 8_123,
      write: true,
    })
  })

  it('lead to a place in the queue, as those of the desktop app do', () => {
    expect(parseServerArguments(['a', '--state', 'failed', '--task=12_ab']).place).toEqual({
      view: 'failed',
      taskId: '12_ab',
    })
  })

  it('write nothing where looking only was asked for, whatever else was', () => {
    expect(parseServerArguments(['--write', 'a', '--read-only']).write).toBe(false)
  })

  it.each([
    [['a', '--state', 'lost']],
    [['a', '--task', '../x']],
    [['--state', 'failed']],
    [['a', 'b']],
    [['']],
    [['--demo', 'a']],
    [['--port', '-1']],
    [['--port', '65536']],
    [['--port', '1e3']],
    [['--port']],
    [['--push-limit', '17']],
    [['--host', '0.0.0.0']],
  ])('refuse %j in one line', (args) => {
    expect(() => parseServerArguments(args)).toThrow(/^[^\n]+Usage: serve[^\n]+$/)
  })
})
