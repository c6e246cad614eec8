import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InspectorStore } from '../../renderer/store/inspector-store.ts'
import type { InspectorState } from '../../renderer/store/inspector-state.ts'
import type { TaskRow, TaskState } from '../../shared/contract/model.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { FakeHost } from './fake-client.ts'
import { makeRow } from './fake-data.ts'

const rows = (state: TaskState, from: number, count: number): TaskRow[] =>
  Array.from({ length: count }, (_, at) => makeRow(state, from + at))

/** A tab's own storage: lives on while its page is loaded anew. */
function makeStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

describe('a place in a queue', () => {
  let host: FakeHost
  const stop = new AbortController()

  beforeEach(() => {
    vi.stubGlobal('sessionStorage', makeStorage())
    host = new FakeHost()
    host.lists.set('failed', rows('failed', 0, 300))
    host.lists.set('pending', rows('pending', 1_000, 3))
  })

  afterEach(() => vi.unstubAllGlobals())

  /** A page that is loaded: everything but the tab's storage is new. */
  function loadPage(): { inspector: InspectorStore; state: () => InspectorState } {
    const inspector = new InspectorStore(host.openLink)
    inspector.start(stop.signal)
    return { inspector, state: () => inspector.store.get() }
  }

  async function loadOpenPage(): Promise<ReturnType<typeof loadPage>> {
    const page = loadPage()
    await waitUntil('the connection', () => page.state().connection === 'ready')
    await page.inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the queue', () => page.state().queue !== null && !page.state().opening)
    return page
  }

  function inspected(state: () => InspectorState): string | null {
    return state().detail?.row.taskId ?? null
  }

  it('that the command line names is where a window begins', async () => {
    const { taskId } = makeRow('failed', 7)
    host.host = { ...host.host, startsWithQueue: true, startPlace: { view: 'failed', taskId } }
    const { state } = loadPage()
    await waitUntil('the task', () => inspected(state) === taskId)
    expect(state().view.list).toEqual({ state: 'failed', node: null })
    expect(state().selection.focusIndex).toBe(292)
    expect(state().paneOpen).toBe(true)
  })

  it('of a task is found whatever state the task is in now', async () => {
    const { taskId } = makeRow('pending', 1_001)
    host.host = { ...host.host, startsWithQueue: true, startPlace: { view: 'failed', taskId } }
    const { state } = loadPage()
    await waitUntil('the task', () => inspected(state) === taskId)
    expect(state().view.list.state).toBe('pending')
  })

  it('of a task that is gone leads to its state, and says so', async () => {
    const { state } = await loadOpenPage()
    host.sendCommand({ kind: 'show', place: { view: 'failed', taskId: '1_gone' } })
    await waitUntil('the message', () => state().toasts.length === 1)
    expect(state().toasts[0]?.message).toContain('1_gone')
    expect(state().view.list.state).toBe('failed')
  })

  it('is led to by a notification', async () => {
    const { state } = await loadOpenPage()
    host.sendCommand({ kind: 'show', place: { view: 'problems', taskId: null } })
    await waitUntil('the problems', () => state().place.kind === 'problems')
  })

  it('opens its queue again after a crash or a reload; the address says where in it', async () => {
    const { inspector, state } = await loadOpenPage()
    inspector.showList({ state: 'failed', node: null })
    const again = loadPage()
    const route = inspector.routes.presentOrNull()
    if (route !== null) again.inspector.routes.show(route)
    await waitUntil(
      'the same list',
      () => again.state().view.list.state === 'failed' && again.state().view.phase === 'ready',
    )
    expect(again.state().queue?.path).toBe(state().queue?.path)
  })

  it.each(['overview', 'problems'] as const)(
    'of what a filter finds is led to from %s each time, also when it was shown before',
    async (kind) => {
      const list = { state: 'failed', node: null } as const
      const { inspector, state } = await loadOpenPage()
      const isLedThere = (): boolean => state().place.kind === 'list' && state().filter.applied === 'size:>1'
      for (let visit = 0; visit < 2; visit++) {
        inspector.showPlace({ kind })
        inspector.filter.apply(list, 'size:>1')
        await waitUntil('the filter', () => state().view.queryId !== null)
        expect(isLedThere()).toBe(true)
        await waitUntil('its rows', () => state().view.phase === 'ready')
      }
    },
  )

  it('begins anew once the queue was closed', async () => {
    const { inspector } = await loadOpenPage()
    await inspector.closeQueue()
    const again = loadPage()
    await waitUntil('the connection', () => again.state().connection === 'ready')
    await waitUntil('the welcome screen', () => !again.state().opening)
    expect(again.state().queue).toBeNull()
  })

  it.each(['{', 'null', '[]', '{"kind":"evil"}', '{"kind":"path","path":5}'])(
    'is nothing where the storage holds %s',
    async (kept) => {
      sessionStorage.setItem('fq-session', kept)
      const { state } = loadPage()
      await waitUntil('the connection', () => state().connection === 'ready')
      expect(host.calls.filter((call) => call.startsWith('openQueue'))).toEqual([])
    },
  )

  it('is a menu command for whoever listens, until they stop', async () => {
    const { inspector } = await loadOpenPage()
    const heard: string[] = []
    const unsubscribe = inspector.host.onCommand((command) => void heard.push(command))
    host.sendCommand({ kind: 'run', command: 'push' })
    await waitUntil('the command', () => heard.length === 1)
    unsubscribe()
    inspector.host.onCommand((command) => void heard.push(`late ${command}`))
    host.sendCommand({ kind: 'run', command: 'help' })
    await waitUntil('the next command', () => heard.length === 2)
    expect(heard).toEqual(['push', 'late help'])
  })

  it('opens elsewhere where the host has windows, and here where it has none', async () => {
    const { inspector } = await loadOpenPage()
    await inspector.openElsewhere({ kind: 'path', path: '/other' })
    expect(host.calls.at(-1)).not.toBe('openWindow path')
    host.host = { ...host.host, kind: 'desktop' }
    inspector.store.set({ host: host.host })
    await inspector.openElsewhere({ kind: 'path', path: '/other' })
    expect(host.calls).toContain('openWindow path')
  })
})
