import { beforeAll, describe, expect, it } from 'vitest'
import type { Session } from 'electron'
import { restrictSession, restrictWebContents } from '../../electron/main/session-policy.ts'
import { app, callsTo, FakeContents, FakeSession } from '../stubs/electron.ts'

const session = new FakeSession()
const OWN = 'app://inspector/'

function ask(name: string, ...args: unknown[]): unknown {
  return session.handlers[name]?.(...(args as never[]))
}

beforeAll(() => {
  // The stub has what the policy uses of a session.
  restrictSession(session as unknown as Session)
  restrictWebContents()
})

describe('the session', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'display-capture',
    'openExternal',
    'fileSystem',
    'hid',
    'usb',
    'serial',
    'local-network-access',
    'unknown',
  ])('denies %s, asked for by our own page', (permission) => {
    expect(ask('permissionCheck', null, permission, OWN)).toBe(false)
    const answers: boolean[] = []
    ask('permissionRequest', new FakeContents(), permission, (granted: boolean) => answers.push(granted))
    expect(answers).toEqual([false])
  })

  it('lets our own page, and no other, write to the clipboard', () => {
    expect(ask('permissionCheck', null, 'clipboard-sanitized-write', OWN)).toBe(true)
    expect(ask('permissionCheck', null, 'clipboard-sanitized-write', 'app://inspector.evil')).toBe(false)
    expect(ask('permissionCheck', null, 'clipboard-sanitized-write', 'https://evil.example')).toBe(false)
  })

  it('denies every device and every capture of the screen', () => {
    expect(ask('devicePermission', { deviceType: 'usb' })).toBe(false)
    expect(callsTo('session.setDisplayMediaRequestHandler')).toEqual([[null]])
  })

  it('fetches no dictionaries', () => {
    expect(callsTo('session.setSpellCheckerEnabled')).toEqual([[false]])
  })

  it.each([
    ['app://inspector/assets/main.js', false],
    ['data:image/png;base64,AA', false],
    ['https://example.com/', true],
    ['http://127.0.0.1:8080/', true],
    ['ws://127.0.0.1:8080/', true],
    ['file:///etc/passwd', true],
    ['app://other/', true],
    ['app://inspector.evil/', true],
    ['app://inspector@evil/', true],
    ['blob:app://inspector/x', true],
  ])('%s is cancelled: %s', (url, cancel) => {
    const answers: unknown[] = []
    ask('beforeRequest', { url }, (answer: unknown) => answers.push(answer))
    expect(answers).toEqual([{ cancel }])
  })

  it('opens DevTools in development only', () => {
    const answers: unknown[] = []
    const open = (): unknown =>
      ask('beforeRequest', { url: 'devtools://devtools/x' }, (a: unknown) => answers.push(a))
    open()
    app.isPackaged = true
    open()
    app.isPackaged = false
    expect(answers).toEqual([{ cancel: false }, { cancel: true }])
  })

  it('prevents downloads', () => {
    let prevented = false
    session.emit('will-download', { preventDefault: () => (prevented = true) })
    expect(prevented).toBe(true)
  })
})

describe('every web contents', () => {
  function fire(name: string, details: object): boolean {
    const contents = new FakeContents()
    app.emit('web-contents-created', {}, contents)
    let prevented = false
    contents.emit(name, { ...details, preventDefault: () => (prevented = true) })
    return prevented
  }

  it('opens no windows', () => {
    const contents = new FakeContents()
    app.emit('web-contents-created', {}, contents)
    expect(contents.openHandler?.({ url: OWN })).toEqual({ action: 'deny' })
  })

  it('attaches no webviews and follows no redirects', () => {
    expect(fire('will-attach-webview', {})).toBe(true)
    expect(fire('will-redirect', { url: OWN })).toBe(true)
  })

  it('loads itself again, and goes nowhere else', () => {
    expect(fire('will-navigate', { url: OWN })).toBe(false)
    expect(fire('will-navigate', { url: 'app://inspector/assets/main.js' })).toBe(true)
    expect(fire('will-navigate', { url: `${OWN}#/failed` })).toBe(false)
    expect(fire('will-navigate', { url: `${OWN}?x#/failed` })).toBe(true)
    expect(fire('will-navigate', { url: 'app://inspector@evil/#' })).toBe(true)
    expect(fire('will-navigate', { url: 'file:///etc/passwd' })).toBe(true)
    expect(fire('will-frame-navigate', { url: OWN, isMainFrame: true })).toBe(false)
    expect(fire('will-frame-navigate', { url: OWN, isMainFrame: false })).toBe(true)
  })
})
