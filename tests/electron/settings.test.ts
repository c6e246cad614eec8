import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Settings } from '../../electron/main/settings.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'

const STATE = { x: 5, y: 6, width: 800, height: 600, isMaximized: false, isFullScreen: false }
let file = ''

beforeEach(() => {
  file = path.join(makeTempDir(), 'user-data', 'settings.json')
})

describe('the settings', () => {
  it('come back as they were saved', () => {
    const settings = new Settings(file)
    settings.rememberWindow('/srv/a', STATE)
    settings.change({ theme: 'dark' })
    settings.change({ readOnlyByDefault: true })
    settings.rememberQueue('/srv/a')
    settings.rememberQueue('/srv/b')
    settings.rememberQueue('/srv/a')
    const again = new Settings(file)
    expect(again.windowStateOf('/srv/a')).toEqual(STATE)
    expect(again.choices).toEqual({ theme: 'dark', readOnlyByDefault: true })
    expect(again.recentPaths).toEqual(['/srv/a', '/srv/b'])
  })

  it('know the window of each queue, and take the latest one for a queue never seen', () => {
    const settings = new Settings(file)
    settings.rememberWindow('/srv/a', STATE)
    settings.rememberWindow('/srv/b', { ...STATE, x: 99 })
    expect(settings.windowStateOf('/srv/a')?.x).toBe(5)
    expect(settings.windowStateOf('/srv/new')?.x).toBe(99)
    for (let i = 0; i < 60; i++) settings.rememberWindow(`/srv/${i}`, { ...STATE, x: i })
    expect(settings.windowStateOf('/srv/a')?.x).toBe(59)
  })

  it('are private, and leave nothing beside the file', () => {
    new Settings(file).rememberQueue('/srv/a')
    expect(readdirSync(path.dirname(file))).toEqual(['settings.json'])
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('remember the latest twelve', () => {
    const settings = new Settings(file)
    for (let i = 0; i < 20; i++) settings.rememberQueue(`/srv/${i}`)
    expect(settings.recentPaths).toHaveLength(12)
    expect(settings.recentPaths[0]).toBe('/srv/19')
  })

  it.each([
    '',
    '{"windowSt',
    'null',
    '[]',
    '"text"',
    '{"recentQueues":"x","windows":5,"theme":"pink","readOnlyByDefault":1}',
    '{"recentQueues":[1,{}],"windows":[{"queue":"a","state":{"x":"left"}}]}',
    '\0\0\0',
  ])('begin anew where the file holds %j', (content) => {
    mkdirSync(path.dirname(file))
    writeFileSync(file, content)
    const settings = new Settings(file)
    expect(settings.windowStateOf(null)).toBeNull()
    expect(settings.choices).toEqual({ theme: 'system', readOnlyByDefault: false })
    expect(settings.recentPaths).toEqual([])
    settings.rememberQueue('/srv/a')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ recentQueues: ['/srv/a'] })
  })

  it('keep what is right where another part is wrong', () => {
    mkdirSync(path.dirname(file))
    writeFileSync(
      file,
      JSON.stringify({ recentQueues: ['/srv/a'], windows: [{ queue: null, state: { width: -1 } }] }),
    )
    expect(new Settings(file).recentPaths).toEqual(['/srv/a'])
  })

  it('go on in memory where they cannot be saved', () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {})
    writeFileSync(path.dirname(file), 'a file where the directory should be')
    const settings = new Settings(file)
    settings.rememberQueue('/srv/a')
    expect(settings.recentPaths).toEqual(['/srv/a'])
    expect(complaints).toHaveBeenCalledOnce()
    complaints.mockRestore()
  })

  it('name recent queues by an id that is no path, and tell which are still there', async () => {
    const settings = new Settings(file)
    const present = makeTempDir()
    settings.rememberQueue('/srv/gone')
    settings.rememberQueue(present)
    const recent = await settings.recentQueues()
    expect(recent.map(({ exists }) => exists)).toEqual([true, false])
    expect(recent[0]?.recentId).toMatch(/^[0-9a-f]{32}$/)
    expect(settings.pathOfRecent(recent[0]?.recentId ?? '')).toBe(present)
    expect(settings.pathOfRecent('/etc')).toBeNull()
  })

  it('tell when the recent queues changed', () => {
    const settings = new Settings(file)
    let changes = 0
    settings.onRecentChanged = () => changes++
    settings.rememberQueue('/srv/a')
    settings.forgetQueues()
    expect(changes).toBe(2)
    expect(settings.recentPaths).toEqual([])
  })
})
