import { beforeEach, describe, expect, it, vi } from 'vitest'

/** main.ts acts when it is imported: each test imports it anew, with a stub of its own. */
async function startApp(hasLock: boolean): Promise<typeof import('../stubs/electron.ts')> {
  const electron = await import('../stubs/electron.ts')
  electron.stub.hasLock = hasLock
  await import('../../electron/main/main.ts')
  return electron
}

beforeEach(() => vi.resetModules())

describe('the start', () => {
  it('turns the sandbox on and registers the scheme before it waits for ready', async () => {
    const { app, calls, callsTo } = await startApp(true)
    const names = calls.map(({ name }) => name)
    const ready = names.indexOf('app.whenReady')
    expect(ready).toBeGreaterThan(-1)
    expect(names.indexOf('app.enableSandbox')).toBeLessThan(ready)
    expect(names.indexOf('protocol.registerSchemesAsPrivileged')).toBeLessThan(ready)
    expect(callsTo('protocol.registerSchemesAsPrivileged')).toEqual([
      [
        [
          {
            scheme: 'app',
            privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
          },
        ],
      ],
    ])
    expect(app.listenerCount('web-contents-created')).toBe(1)
  })

  it('leaves everything to the first instance where there is one', async () => {
    const { calls } = await startApp(false)
    expect(calls.map(({ name }) => name)).toEqual(['app.requestSingleInstanceLock', 'app.quit'])
  })
})
