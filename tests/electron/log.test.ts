import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { makeTempDir } from '../helpers/queue-dirs.ts'

/** The log is one for the process: each test has a module of its own. */
beforeEach(() => {
  vi.resetModules()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

describe('the log', () => {
  it('keeps errors in a private file, and counts them', async () => {
    const { errorCount, logError, startLog } = await import('../../electron/main/log.ts')
    const dir = path.join(makeTempDir(), 'logs')
    startLog(dir)
    logError('It broke:', new Error('why'))
    const file = path.join(dir, 'main.log')
    expect(readFileSync(file, 'utf8')).toMatch(/^\d{4}-\S+Z It broke: Error: why/)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(errorCount()).toBe(1)
  })

  it('begins a new file where the old one is large, and keeps one old one', async () => {
    const { startLog, logError } = await import('../../electron/main/log.ts')
    const dir = makeTempDir()
    writeFileSync(path.join(dir, 'main.log'), 'x'.repeat(600 * 1024))
    startLog(dir)
    logError('new', null)
    expect(readdirSync(dir).toSorted()).toEqual(['main.log', 'main.log.old'])
    expect(statSync(path.join(dir, 'main.log')).size).toBeLessThan(1_000)
  })

  it('throws nothing where it cannot be written', async () => {
    const { startLog, logError } = await import('../../electron/main/log.ts')
    const dir = path.join(makeTempDir(), 'a-file')
    writeFileSync(dir, '')
    startLog(dir)
    expect(() => logError('It broke:', new Error('why'))).not.toThrow()
  })
})
