import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LinkRefusedError } from '../../renderer/client/inspector-client.ts'
import { countOfChoice } from '../../renderer/store/choice.ts'
import { InspectorStore } from '../../renderer/store/inspector-store.ts'
import type { InspectorState } from '../../renderer/store/inspector-state.ts'
import { toTargetOrNull } from '../../renderer/views/list/use-grid-keys.ts'
import { rowAt } from '../../renderer/store/window-cache.ts'
import type { TaskRow, TaskState } from '../../shared/contract/model.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { FakeHost } from './fake-client.ts'
import { goneError, makeRow } from './fake-data.ts'

const rows = (state: TaskState, from: number, count: number): TaskRow[] =>
  Array.from({ length: count }, (_, at) => makeRow(state, from + at))

describe('the inspector store', () => {
  let host: FakeHost
  let inspector: InspectorStore
  let stop: AbortController
  const state = (): InspectorState => inspector.store.get()
  const shown = (): string[] =>
    Array.from({ length: state().view.total }, (_, at) => rowAt(state().view.pages, at)?.name ?? '?')
  const names = (list: readonly TaskRow[]): string[] => list.map(({ name }) => name)

  beforeEach(async () => {
    host = new FakeHost()
    stop = new AbortController()
    inspector = new InspectorStore(host.openLink)
    inspector.start(stop.signal)
    await waitUntil('the connection', () => state().connection === 'ready')
  })

  afterEach(() => stop.abort())

  async function openQueue(): Promise<void> {
    await inspector.open({ kind: 'path', path: '/queue' })
    inspector.showList({ state: 'pending', node: null })
    await waitUntil('the first list', () => state().view.phase === 'ready' && state().update !== null)
  }

  async function showFailed(): Promise<void> {
    inspector.showList({ state: 'failed', node: null })
    await waitUntil('the failed list', () => state().view.phase === 'ready')
  }

  it('opens with the overview, and reads no list for it', async () => {
    await inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the first update', () => state().update !== null)
    host.change('pending', rows('pending', 0, 3))
    await waitUntil('the change', () => state().update?.counts.pending === 3)
    expect(state().place).toEqual({ kind: 'overview' })
    expect(host.calls).not.toContain('window')
  })

  it('opens where a link leads, with its task inspected', async () => {
    host.lists.set('failed', rows('failed', 0, 3))
    const [, task] = rows('failed', 0, 3)
    const list = { state: 'failed', node: null } as const
    const spot = { node: null, name: task?.name ?? '' }
    inspector.routes.show({ place: { kind: 'list', list }, filter: '', task: spot })
    await inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the task', () => state().detail?.phase === 'ready')
    await waitUntil('the list', () => state().view.phase === 'ready')
    expect(state().view.list).toEqual(list)
    expect(inspector.routes.presentOrNull()).toEqual({
      place: { kind: 'list', list },
      filter: '',
      task: spot,
    })
  })

  it('says so where the task of a link has moved on', async () => {
    const list = { state: 'failed', node: null } as const
    inspector.routes.show({ place: { kind: 'list', list }, filter: '', task: { node: null, name: '1_gone' } })
    await inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the message', () => state().toasts.some(({ message }) => message.includes('moved on')))
    expect(state().paneOpen).toBe(false)
  })

  it('shows the oldest pending task on top', async () => {
    host.lists.set('pending', rows('pending', 0, 3))
    await openQueue()
    expect(shown()).toEqual(names(rows('pending', 0, 3)))
  })

  it('shows the latest failure on top', async () => {
    host.lists.set('failed', rows('failed', 0, 3))
    await openQueue()
    await showFailed()
    expect(shown()).toEqual(names(rows('failed', 0, 3)).toReversed())
  })

  it('follows changes by itself', async () => {
    await openQueue()
    host.change('pending', rows('pending', 0, 2))
    await waitUntil('the new rows', () => state().view.total === 2)
  })

  it('lets no seen row move while the pointer holds the list, and counts what waits', async () => {
    host.lists.set('pending', rows('pending', 0, 5))
    await openQueue()
    inspector.setHold('pointer', true)
    host.change('pending', rows('pending', 2, 5))
    await waitUntil('the pill', () => state().view.waiting === 4)
    expect(shown()).toEqual(names(rows('pending', 0, 5)))
    inspector.setHold('pointer', false)
    await waitUntil('the new rows', () => shown()[0] === makeRow('pending', 2).name)
    expect(state().view.waiting).toBe(0)
  })

  it('shows rows that come in below what is seen although it is held', async () => {
    host.lists.set('pending', rows('pending', 0, 5))
    await openQueue()
    inspector.setHold('pointer', true)
    host.change('pending', rows('pending', 0, 7))
    await waitUntil('the new rows', () => state().view.total === 7)
    expect(state().view.waiting).toBe(0)
  })

  it('shows nothing new while it is frozen, until asked', async () => {
    await openQueue()
    inspector.toggleFreeze()
    host.change('pending', rows('pending', 0, 7))
    await waitUntil('the pill', () => state().view.waiting === 7)
    expect(state().view.total).toBe(0)
    inspector.showWaiting()
    await waitUntil('the new rows', () => state().view.total === 7)
  })

  it('keeps the anchor row in its place when rows come in above it', async () => {
    host.lists.set('done', rows('done', 0, 300))
    await openQueue()
    inspector.showList({ state: 'done', node: null })
    await waitUntil('the list', () => state().view.phase === 'ready')
    inspector.setVisibleRange({ first: 120, last: 150, atTop: false })
    const anchor = rowAt(state().view.pages, 120)?.name
    host.change('done', rows('done', 0, 307))
    await waitUntil('the shift', () => state().view.shift.rows === 7)
    expect(rowAt(state().view.pages, 127)?.name).toBe(anchor)
  })

  it('finds its anchor row again when thousands of rows came in above it', async () => {
    host.lists.set('done', rows('done', 0, 3_000))
    await openQueue()
    inspector.showList({ state: 'done', node: null })
    await waitUntil('the list', () => state().view.phase === 'ready')
    inspector.setVisibleRange({ first: 120, last: 150, atTop: false })
    host.change('done', rows('done', 0, 8_000))
    await waitUntil('the shift', () => state().view.shift.rows === 5_000)
  })

  it('fetches what is scrolled to, and only that', async () => {
    host.lists.set('pending', rows('pending', 0, 100_000))
    await openQueue()
    inspector.setVisibleRange({ first: 70_000, last: 70_030, atTop: false })
    await waitUntil('the far rows', () => rowAt(state().view.pages, 70_010) !== undefined)
    expect(host.calls.filter((call) => call === 'window').length).toBeLessThan(5)
  })

  it('jumps to a row by its number, and holds nothing', async () => {
    host.lists.set('pending', rows('pending', 0, 100_000))
    await openQueue()
    expect(await inspector.jump('70,001')).toBeNull()
    expect(state().view.jump).toMatchObject({ index: 70_000 })
    expect(rowAt(state().view.pages, 70_000)?.name).toBe(makeRow('pending', 70_000).name)
    expect([state().selection.focusIndex, state().selection.rows.size]).toEqual([70_000, 0])
  })

  it('jumps to a task by the beginning of its id, also where it has moved meanwhile, and chooses it', async () => {
    host.lists.set('pending', rows('pending', 0, 5_000))
    await openQueue()
    const { name } = makeRow('pending', 4_000)
    expect(await inspector.jump(name.slice(0, 20))).toBeNull()
    expect([...state().selection.rows.values()].map((row) => row.name)).toEqual([name])
    expect(state().view.jump.index).toBe(4_000)
  })

  it('jumps to a task of another state, in the order of that list', async () => {
    host.lists.set('pending', rows('pending', 0, 5))
    host.lists.set('done', rows('done', 1_000, 300))
    await openQueue()
    const { name } = makeRow('done', 1_290)
    expect(await inspector.jump(name)).toBeNull()
    expect(state().view).toMatchObject({ list: { state: 'done' }, order: 'newest', jump: { index: 9 } })
    expect([...state().selection.rows.values()].map((row) => row.name)).toEqual([name])
  })

  it('says why it cannot jump', async () => {
    host.lists.set('pending', rows('pending', 0, 5))
    await openQueue()
    expect(await inspector.jump('nonsense')).toContain('no id')
    expect(await inspector.jump('99999999999_x')).toContain('No task')
    host.failures.set('locate', goneError())
    expect(await inspector.jump('99999999999_x')).toBe('A worker took it.')
  })

  it('cancels what was scrolled past, and fetches what the eye came to rest on', async () => {
    host.lists.set('pending', rows('pending', 0, 100_000))
    await openQueue()
    let open = (): void => undefined
    host.gate = new Promise((resolve) => {
      open = resolve
    })
    inspector.setVisibleRange({ first: 70_000, last: 70_030, atTop: false })
    inspector.setVisibleRange({ first: 10_000, last: 10_030, atTop: false })
    await waitUntil('the end of the first', () => host.calls.includes('window cancelled'))
    open()
    await waitUntil('the rows', () => rowAt(state().view.pages, 10_010) !== undefined)
    expect(rowAt(state().view.pages, 70_010)).toBeUndefined()
    expect(state().view.error).toBeNull()
  })

  it('replaces the first names of a list that is still being listed, held or not', async () => {
    host.lists.set('pending', rows('pending', 100, 5))
    host.isPartial = true
    await openQueue()
    expect(state().view.isPartial).toBe(true)
    inspector.setHold('pointer', true)
    host.isPartial = false
    host.change('pending', rows('pending', 0, 200))
    await waitUntil('the whole list', () => state().view.total === 200)
    expect([state().view.isPartial, shown()[0]]).toEqual([false, makeRow('pending', 0).name])
  })

  it('gives a row that did not change back as it was: it is not drawn again', async () => {
    host.lists.set('pending', rows('pending', 0, 5))
    await openQueue()
    const before = rowAt(state().view.pages, 2)
    host.change('pending', rows('pending', 0, 7))
    await waitUntil('the new rows', () => state().view.total === 7)
    expect(rowAt(state().view.pages, 2)).toBe(before)
    const changed = rows('pending', 0, 7).with(2, { ...makeRow('pending', 2), enteredAtMs: 5 })
    host.change('pending', changed)
    await waitUntil('the changed row', () => rowAt(state().view.pages, 2)?.enteredAtMs === 5)
  })

  it('selects a row that the keyboard leads to as soon as it comes', async () => {
    host.lists.set('pending', rows('pending', 0, 5_000))
    await openQueue()
    inspector.select(4_999, 'only')
    expect(state().selection.rows.size).toBe(0)
    inspector.setVisibleRange({ first: 4_970, last: 4_999, atTop: false })
    await waitUntil('the selection', () => state().selection.rows.size === 1)
    expect([...state().selection.rows.values()][0]?.name).toBe(makeRow('pending', 4_999).name)
  })

  it('requeues one task at once, and the pane stays with it', async () => {
    host.lists.set('failed', rows('failed', 0, 3))
    await openQueue()
    await showFailed()
    inspector.select(1, 'only')
    inspector.openPane()
    inspector.requestAction('requeue')
    await waitUntil('the move', () => state().view.total === 2 && state().acting === null)
    expect(state().toasts.at(-1)).toMatchObject({ message: 'Requeued 1 task.', offer: { kind: 'undo' } })
    expect(state().selection.rows.size).toBe(0)
    expect(state().detail?.row.name).toBe(makeRow('failed', 1).name)
  })

  it('asks before it requeues several, and the tray tells what came of them', async () => {
    host.lists.set('failed', rows('failed', 0, 4))
    await openQueue()
    await showFailed()
    inspector.select(0, 'only')
    inspector.select(2, 'range')
    inspector.requestAction('requeue')
    const { dialog } = state()
    if (dialog?.kind !== 'confirm') throw new Error('nobody asked')
    expect(countOfChoice(dialog.choice)).toBe(3)
    host.lists.set('failed', rows('failed', 0, 3))
    await inspector.perform('requeue', dialog.choice, { kind: 'back' })
    expect(state().jobs[0]).toMatchObject({ moved: 2, skipped: 1 })
    expect(state().tray).toEqual([state().jobs[0]?.jobId])
    await waitUntil('the rest', () => state().view.total === 1)
    expect(state().selection.rows.size).toBe(0)
  })

  it('asks before it releases even one', async () => {
    host.lists.set('in-progress', [makeRow('in-progress', 0, 'worker-a')])
    await openQueue()
    inspector.showList({ state: 'in-progress', node: null })
    await waitUntil('the list', () => state().view.phase === 'ready')
    inspector.select(0, 'only')
    inspector.requestAction('release')
    expect(state().dialog).toMatchObject({ kind: 'confirm', action: 'release' })
    expect(host.calls).not.toContain('perform release')
  })

  it('acts on nothing where the queue is read-only, or the state does not allow it', async () => {
    host.canWrite = false
    host.lists.set('failed', rows('failed', 0, 1))
    await openQueue()
    await showFailed()
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    host.canWrite = true
    inspector.requestAction('release')
    expect(host.calls.filter((call) => call.startsWith('perform'))).toEqual([])
    expect(state().dialog).toBe(null)
  })

  it('says that the inspected task is gone when a worker took it', async () => {
    host.lists.set('pending', rows('pending', 0, 2))
    await openQueue()
    inspector.select(0, 'only')
    inspector.openPane()
    await waitUntil('the detail', () => state().detail?.phase === 'ready')
    host.change('pending', rows('pending', 1, 1))
    await waitUntil('the news', () => state().detail?.phase === 'gone')
    expect(state().detail?.detail).not.toBe(null)
  })

  it('follows the inspected task to where it went, and names where it came from', async () => {
    host.lists.set('pending', rows('pending', 0, 2))
    await openQueue()
    inspector.select(0, 'only')
    inspector.openPane()
    await waitUntil('the detail', () => state().detail?.phase === 'ready')
    const { taskId, name } = rows('pending', 0, 1)[0] ?? makeRow('pending', 0)
    host.lists.set('done', [{ ...makeRow('done', 0), name, taskId }])
    host.change('pending', rows('pending', 1, 1))
    await waitUntil('the task', () => state().detail?.detail?.ref.state === 'done')
    expect(state().detail).toMatchObject({ phase: 'ready', cameFrom: 'pending' })
  })

  it('selects no other task after an act: the same key again hits nobody, and an arrow leads to a neighbour', async () => {
    host.lists.set('failed', rows('failed', 0, 5))
    await openQueue()
    inspector.showList({ state: 'failed', node: null })
    await waitUntil('the list', () => state().view.total === 5)
    inspector.select(2, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the act', () => state().view.total === 4)
    inspector.requestAction('requeue')
    expect(state().selection).toMatchObject({ focusIndex: null, gapIndex: 2 })
    expect(state().selection.rows.size).toBe(0)
    expect(host.calls.filter((call) => call === 'perform requeue')).toHaveLength(1)
    const to = (key: string): number | null => toTargetOrNull(key, state().selection, 10, 4)
    expect([to('ArrowDown'), to('j'), to('ArrowUp'), to('k'), to('End')]).toEqual([2, 2, 1, 1, 3])
  })

  it('fetches the rest of a payload in pieces', async () => {
    host.lists.set('pending', rows('pending', 0, 1))
    await openQueue()
    inspector.select(0, 'only')
    inspector.openPane()
    await waitUntil('the detail', () => state().detail?.phase === 'ready')
    expect(state().detail?.payload.length).toBe(65_536)
    await inspector.payload.loadMore()
    expect(state().detail?.payload.length).toBe(200_000)
  })

  it('shows an error of a list, and gets over it', async () => {
    await openQueue()
    host.failures.set(
      'window',
      new ORPCError('UNREADABLE', { defined: true, message: 'No right.', data: { cause: 'EACCES' } }),
    )
    inspector.showList({ state: 'done', node: null })
    await waitUntil('the error', () => state().view.phase === 'error')
    expect(state().view.error).toEqual({ code: 'UNREADABLE', message: 'No right.', cause: 'EACCES' })
    inspector.retryList()
    await waitUntil('the list', () => state().view.phase === 'ready')
  })

  it('stays on the welcome screen with the reason when a queue cannot be opened', async () => {
    host.failures.set('openQueue path', goneError())
    await inspector.open({ kind: 'path', path: '/nowhere' })
    expect(state()).toMatchObject({
      queue: null,
      opening: false,
      openError: { message: 'A worker took it.' },
    })
  })

  it('keeps the push dialog’s reason when the host refuses', async () => {
    await openQueue()
    host.failures.set(
      'push',
      new ORPCError('READ_ONLY', { defined: true, message: 'Locked.', data: { cause: null } }),
    )
    const order = {
      payloads: [new Uint8Array()],
      isTemplate: false,
      copies: 1,
      perSecond: null,
      dueAtMs: null,
    }
    expect(await inspector.pushes.push(order)).toMatchObject({ message: 'Locked.' })
    expect(await inspector.pushes.push(order)).toBe(null)
  })

  it('connects anew after a loss and opens the queue again, where it was', async () => {
    host.lists.set('failed', rows('failed', 0, 2))
    await openQueue()
    await showFailed()
    host.dropLink('lost')
    await waitUntil('the loss', () => state().connection === 'lost')
    expect(state().view.total).toBe(2)
    await waitUntil('the connection', () => state().connection === 'ready')
    await waitUntil('the list', () => state().view.phase === 'ready' && state().view.total === 2)
    expect(state().place).toEqual({ kind: 'list', list: { state: 'failed', node: null } })
    host.change('failed', rows('failed', 0, 3))
    await waitUntil('a change on the new link', () => state().view.total === 3)
  })

  it('gives up where the host does not know the token', async () => {
    const refused = new InspectorStore(async () => {
      throw new LinkRefusedError()
    })
    refused.start(stop.signal)
    await waitUntil('the refusal', () => refused.store.get().connection === 'refused')
  })
})
