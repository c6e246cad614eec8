import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countOfChoice } from '../../renderer/store/choice.ts'
import { isApplied } from '../../renderer/store/filter-controller.ts'
import { InspectorStore } from '../../renderer/store/inspector-store.ts'
import type { InspectorState } from '../../renderer/store/inspector-state.ts'
import { countSelected, isSelected } from '../../renderer/store/selection.ts'
import { rowAt } from '../../renderer/store/window-cache.ts'
import { toProgressWords } from '../../renderer/words/list-words.ts'
import type { TaskRow, TaskState } from '../../shared/contract/model.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { FakeHost } from './fake-client.ts'
import { makeRow } from './fake-data.ts'

const rows = (state: TaskState, from: number, count: number): TaskRow[] =>
  Array.from({ length: count }, (_, at) => makeRow(state, from + at))

const FAILED = { state: 'failed', node: null } as const

describe('acting on tasks', () => {
  let host: FakeHost
  let inspector: InspectorStore
  let stop: AbortController
  const state = (): InspectorState => inspector.store.get()
  const inputsOf = (call: string): unknown[] =>
    host.inputs.filter((one) => one.call === call).map(({ input }) => input)

  beforeEach(async () => {
    host = new FakeHost()
    host.lists.set('failed', rows('failed', 0, 2_000))
    stop = new AbortController()
    inspector = new InspectorStore(host.openLink)
    inspector.start(stop.signal)
    await waitUntil('the connection', () => state().connection === 'ready')
    await inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the queue', () => state().update !== null)
    inspector.showList(FAILED)
    await waitUntil('the list', () => state().view.phase === 'ready')
  })

  afterEach(() => stop.abort())

  function dialogChoice() {
    const { dialog } = state()
    if (dialog?.kind !== 'confirm') throw new Error('nobody asked')
    return dialog.choice
  }

  it('selects all as a set that was fixed, and none that came later', async () => {
    inspector.selectAll()
    await waitUntil('the set', () => countSelected(state().selection) === 2_000)
    const row = rowAt(state().view.pages, 0) ?? makeRow('failed', 0)
    expect(isSelected(state().selection, row, 0)).toBe(true)
    expect(isSelected(state().selection, { ...row, changedAtMs: 1_795_434_900_001 }, 0)).toBe(false)
  })

  it('acts on exactly the fixed set, after a question that names its count', async () => {
    inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    host.change('failed', rows('failed', 0, 2_010))
    inspector.requestAction('delete')
    expect(countOfChoice(dialogChoice())).toBe(2_000)
    await inspector.perform('delete', dialogChoice(), { kind: 'back' })
    expect(host.lists.get('failed')?.length).toBe(10)
    expect(state().selection.frozen).toBe(null)
  })

  it('freezes a range whose rows are not all known here', async () => {
    inspector.select(10, 'only')
    inspector.select(1_500, 'range')
    expect(state().selection.isFreezing).toBe(true)
    inspector.setVisibleRange({ first: 1_480, last: 1_510, atTop: false })
    await waitUntil('the set', () => state().selection.frozen !== null)
    expect(countSelected(state().selection)).toBe(1_491)
    expect(state().selection.frozen?.origin).toEqual({ found: null, isRange: true })
    expect(isSelected(state().selection, makeRow('failed', 1), 9)).toBe(false)
  })

  it('freezes a range upwards as well', async () => {
    inspector.setVisibleRange({ first: 1_480, last: 1_510, atTop: false })
    await waitUntil('the rows', () => rowAt(state().view.pages, 1_500) !== undefined)
    inspector.select(1_500, 'only')
    inspector.select(10, 'range')
    await waitUntil('the set', () => countSelected(state().selection) === 1_491)
  })

  it('drops the set when another row is chosen', async () => {
    inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    inspector.select(3, 'only')
    expect(countSelected(state().selection)).toBe(1)
  })

  it('shows a running job in the tray, and its end', async () => {
    host.keepsRunning = true
    inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    inspector.requestAction('requeue')
    await inspector.perform('requeue', dialogChoice(), { kind: 'back' })
    await waitUntil('the job', () => state().jobs[0]?.phase === 'running')
    const jobId = state().jobs[0]?.jobId ?? ''
    expect(state().tray).toEqual([jobId])
    await inspector.jobs.cancel(jobId)
    await waitUntil('the end', () => state().jobs[0]?.phase === 'cancelled')
    expect(state().tray).toEqual([jobId])
    inspector.jobs.hide(jobId)
    expect(state().tray).toEqual([])
  })

  it('tells of an act on one task once, also where it was seen under way', async () => {
    host.keepsRunning = true
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the job', () => state().jobs[0]?.phase === 'running')
    host.endJob(state().jobs[0]?.jobId ?? '', { phase: 'done', moved: 1 })
    await waitUntil('the message', () => state().toasts.length > 0)
    expect(state().toasts.map(({ message }) => message)).toEqual(['Requeued 1 task.'])
    expect(state().tray).toEqual([])
  })

  it('takes the offer to undo back when it was undone elsewhere', async () => {
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const offer = state().toasts[0]?.offer
    if (offer?.kind !== 'undo') throw new Error('nothing is offered')
    await inspector.jobs.undo(offer.operationId)
    expect(state().toasts.filter((toast) => toast.offer?.kind === 'undo')).toEqual([])
  })

  it('keeps the way back where an undo was refused', async () => {
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const operationId = state().jobs[0]?.operationId ?? ''
    host.failures.set(`undo ${operationId}`, new Error('The queue is locked.'))
    inspector.undoLatest()
    await waitUntil('the refusal', () => state().toasts.some(({ tone }) => tone === 'bad'))
    expect(state().toasts.some(({ offer }) => offer?.kind === 'undo')).toBe(true)
    inspector.undoLatest()
    await waitUntil('the undo', () => state().jobs.some(({ kind }) => kind === 'undo'))
  })

  it('undoes the latest act of this window by one key, and no other one', async () => {
    inspector.undoLatest()
    expect(state().dialog).toEqual({ kind: 'history' })
    inspector.showDialog(null)
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const operationId = state().jobs[0]?.operationId ?? ''
    inspector.undoLatest()
    await waitUntil('the undo', () => host.calls.includes(`undo ${operationId}`))
  })

  it('asks for the place where it is wanted, and tells the host', async () => {
    inspector.select(0, 'only')
    inspector.requestAction('requeue', 'front')
    expect(state().dialog).toMatchObject({ kind: 'confirm', placement: 'front' })
    await inspector.perform('requeue', dialogChoice(), { kind: 'at', atMs: 5 })
    expect(inputsOf('perform')).toMatchObject([{ placement: { kind: 'at', atMs: 5 } }])
  })

  it('asks for a time before it reschedules even one', async () => {
    host.lists.set('scheduled', rows('scheduled', 0, 2))
    inspector.showList({ state: 'scheduled', node: null })
    await waitUntil('the list', () => state().view.phase === 'ready')
    inspector.select(0, 'only')
    inspector.requestAction('reschedule')
    expect(state().dialog).toMatchObject({ action: 'reschedule', placement: 'at' })
  })

  it('says what went wrong where nothing could begin', async () => {
    const refusal = { defined: true, message: 'The disk is full.', data: { cause: 'ENOSPC' } }
    host.failures.set('perform requeue', new ORPCError('STORAGE_FAILED', refusal))
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    expect(state().toasts[0]).toMatchObject({ tone: 'bad', message: 'The disk is full.', cause: 'ENOSPC' })
    expect(state().view.total).toBe(2_000)
  })

  it('filters by itself what names can answer, and waits for Enter with the rest', async () => {
    host.found = ({ name }) => name.endsWith('0')
    inspector.filter.setText('size:>1')
    await waitUntil('the filter', () => state().view.queryId !== null)
    await waitUntil('its rows', () => state().view.total < 2_000)
    inspector.filter.setText('some words')
    expect(inputsOf('queries.open').length).toBe(1)
    inspector.filter.submit()
    await waitUntil('the search', () => inputsOf('queries.open').length === 2)
    inspector.filter.clear()
    await waitUntil('all rows', () => state().view.total === 2_000)
    expect(state().view.queryId).toBe(null)
  })

  it('says where an expression is wrong, and asks nobody', () => {
    inspector.filter.setText('size:>1 nosuch:1')
    inspector.filter.submit()
    expect(state().filter.error).toMatchObject({ at: 8 })
    expect(host.calls).not.toContain('queries.open')
  })

  it('does not take what stands in the field for the filter of the list, until it is applied', async () => {
    expect(isApplied(state().filter)).toBe(true)
    inspector.filter.setText(' size:>1')
    expect(isApplied(state().filter)).toBe(false)
    inspector.filter.submit()
    await waitUntil('the filter', () => state().view.queryId !== null)
    expect(isApplied(state().filter)).toBe(true)
    inspector.filter.setText('kind:email')
    inspector.filter.submit()
    expect(state().filter).toMatchObject({ applied: 'size:>1', error: { at: 5 } })
    expect(isApplied(state().filter)).toBe(false)
    expect(toProgressWords(host.progress(), state().filter.applied)).toContain('found for size:>1')
  })

  it('is led to another list by state:', async () => {
    inspector.filter.setText('state:done size:>1')
    inspector.filter.submit()
    await waitUntil('the search', () => inputsOf('queries.open').length === 1)
    expect(inputsOf('queries.open')).toEqual([{ list: { state: 'done', node: null }, expression: 'size:>1' }])
    expect(state().view.list.state).toBe('done')
    expect(state().filter.text).toBe('size:>1')
  })

  it('selects all that the filter found, and follows what it finds', async () => {
    host.found = ({ name }) => Number(name.slice(8, 16)) < 40
    inspector.filter.setText('size:>1')
    await waitUntil('the rows', () => state().view.total === 40)
    inspector.selectAll()
    await waitUntil('the set', () => countSelected(state().selection) === 40)
    expect(state().selection.frozen?.origin).toEqual({ found: 'size:>1', isRange: false })
    inspector.clearSelection()
    host.found = ({ name }) => Number(name.slice(8, 16)) < 41
    host.query.send({ ...host.progress(), matches: 41, revision: 9_999 })
    await waitUntil('the new row', () => state().view.total === 41)
  })

  it('asks for no row of another list but for those that the filter found', async () => {
    inspector.showOverview()
    host.calls.length = 0
    inspector.filter.apply({ state: 'done', node: null }, 'size:>1')
    await waitUntil('the rows found', () => state().view.phase === 'ready' && state().view.queryId !== null)
    expect(host.calls.filter((call) => call === 'window' || call === 'queries.open')).toEqual([
      'queries.open',
      'window',
    ])
  })

  it('shows the whole of another list where its filter cannot be asked', async () => {
    inspector.showOverview()
    const refused = { defined: true, message: 'Too many searches.', data: { cause: null } }
    host.failures.set('queries.open', new ORPCError('BAD_REQUEST', refused))
    inspector.filter.apply({ state: 'done', node: null }, 'size:>1')
    await waitUntil('the list', () => state().view.phase === 'ready')
    expect(state().view.queryId).toBe(null)
    expect(state().filter).toMatchObject({ applied: '', error: { message: 'Too many searches.' } })
  })

  it('keeps the rows that are shown until a search has found the first', async () => {
    await waitUntil('the list', () => state().view.phase === 'ready')
    host.found = () => false
    host.scanning = true
    inspector.filter.setText('words')
    inspector.filter.submit()
    await waitUntil('the search', () => state().filter.progress !== null)
    expect(state().view.queryId).toBe(null)
    host.found = () => true
    host.query.send({ ...host.progress(), phase: 'scanning', matches: 3, revision: 9_999 })
    await waitUntil('what was found', () => state().view.queryId !== null)
  })

  it('shows what a search finds also where the one before it had come as far', async () => {
    const searchFor = async (words: string): Promise<void> => {
      const before = state().view.queryId
      host.scanning = true
      host.found = () => false
      inspector.filter.setText(words)
      inspector.filter.submit()
      await waitUntil('the empty list', () => {
        const { queryId, phase, total } = state().view
        return queryId !== null && queryId !== before && phase === 'ready' && total === 0
      })
      host.found = ({ name }) => Number(name.slice(8, 16)) < 200
      host.query.send({ ...host.progress(), phase: 'scanning', matches: 200, revision: 5 })
      await waitUntil(`what “${words}” finds`, () => state().view.total === 200)
    }
    await searchFor('some')
    await searchFor('others')
  })

  it('ends a search when asked, and keeps what it found', async () => {
    inspector.filter.setText('words')
    inspector.filter.submit()
    await waitUntil('the search', () => state().filter.progress !== null)
    await inspector.filter.cancel()
    expect(state().filter.progress?.phase).toBe('cancelled')
    expect(state().view.queryId).not.toBe(null)
  })

  it('searches anew when the host has forgotten the search', async () => {
    inspector.filter.setText('size:>1')
    await waitUntil('the filter', () => state().view.queryId !== null)
    const first = state().view.queryId
    const gone = { defined: true, message: 'Gone.', data: { cause: null } }
    host.failures.set('window', new ORPCError('UNKNOWN_HANDLE', gone))
    inspector.showWaiting()
    await waitUntil('a new search', () => state().view.queryId !== null && state().view.queryId !== first)
  })

  it('gathers a group of failures as a whole, and asks with its count', async () => {
    const group = {
      title: 'Boom',
      example: 'Boom',
      count: 40,
      firstAtMs: 0,
      lastAtMs: 1,
      expression: 'failure:Boom',
    }
    host.failureGroups = { by: 'reasons', looked: 2_000, total: 2_000, groups: [group] }
    host.found = ({ name }) => Number(name.slice(8, 16)) < 40
    inspector.groups.open()
    await waitUntil('the groups', () => state().groups?.groups?.groups.length === 1)
    await inspector.requestOnAll('requeue', FAILED, 'failure:Boom')
    expect(countOfChoice(dialogChoice())).toBe(40)
    expect(dialogChoice()).toMatchObject({ origin: { found: 'failure:Boom', isRange: false } })
    await inspector.perform('requeue', dialogChoice(), { kind: 'back' })
    expect(state().foundBy.get(state().jobs[0]?.operationId ?? '')).toBe('failure:Boom')
    inspector.filter.apply(FAILED, 'failure:Boom')
    expect(state().groups).toBe(null)
  })

  it('keeps the groups in their places under the pointer, and finds the list grouped on the way back', async () => {
    const toGroup = (title: string, count: number) => ({
      title,
      example: title,
      count,
      firstAtMs: 0,
      lastAtMs: 1,
      expression: `failure:${title}`,
    })
    const shown = () => state().groups?.groups?.groups.map(({ title, count }) => `${title} ${count}`)
    host.failureGroups = { by: 'reasons', looked: 3, total: 3, groups: [toGroup('a', 2), toGroup('b', 1)] }
    inspector.showList(FAILED)
    inspector.groups.open()
    await waitUntil('the groups', () => shown()?.length === 2)
    inspector.groups.setHold(true)
    host.failureGroups = { by: 'reasons', looked: 4, total: 4, groups: [toGroup('c', 3), toGroup('b', 1)] }
    inspector.groups.retry()
    await waitUntil('the new figures', () => shown()?.[0] === 'a 0')
    expect(shown()).toEqual(['a 0', 'b 1'])
    inspector.groups.setHold(false)
    expect(shown()).toEqual(['c 3', 'b 1'])

    inspector.showOverview()
    expect(state().groups).toBe(null)
    inspector.showList(FAILED)
    expect(shown()).toEqual(['c 3', 'b 1'])
    inspector.groups.close()
    inspector.showOverview()
    inspector.showList(FAILED)
    expect(state().groups).toBe(null)
  })

  it('turns the lock, and acts on nothing while it is locked', async () => {
    await inspector.lock.set(true)
    expect(state().queue?.access.canWrite).toBe(false)
    inspector.select(0, 'only')
    inspector.requestAction('requeue')
    inspector.duplicate()
    expect(host.calls.filter((call) => call.startsWith('perform'))).toEqual([])
    await inspector.lock.set(false)
    inspector.requestAction('requeue')
    await waitUntil('the act', () => host.calls.includes('perform requeue'))
  })

  it('shows at once that another window turned the lock, and asks before it unlocks', async () => {
    host.turnLock(false)
    await waitUntil('the lock', () => state().queue?.access.canWrite === false)
    inspector.lock.turn()
    expect(state().dialog).toEqual({ kind: 'unlock' })
    expect(host.calls).not.toContain('setLock')
    host.turnLock(true)
    await waitUntil('the lock', () => state().queue?.access.canWrite === true)
    await waitUntil('nothing to be asked', () => state().dialog === null)
    inspector.lock.turn()
    await waitUntil('the lock', () => state().queue?.access.canWrite === false)
    expect(state().dialog).toBe(null)
  })

  it('pushes files too many for one call in several', async () => {
    const large = new Uint8Array(9 * 1024 * 1024)
    const order = { isTemplate: false, copies: 1, perSecond: null, dueAtMs: null }
    expect(await inspector.pushes.push({ ...order, payloads: [large, large] })).toBe(null)
    expect(inputsOf('pushMany').length).toBe(2)
  })

  it('keeps what was written for a push until it is pushed or cleared, whatever becomes of the dialog', async () => {
    const order = {
      isTemplate: false,
      copies: 1,
      perSecond: null,
      dueAtMs: null,
      payloads: [new Uint8Array()],
    }
    inspector.showDialog({ kind: 'push' })
    inspector.pushes.keep({ text: '{"n":1}' })
    inspector.showDialog(null)
    host.failures.set('push', new Error('The disk is full.'))
    expect(await inspector.pushes.push(order)).not.toBeNull()
    expect(state().lab.text).toBe('{"n":1}')
    const pushed = inspector.pushes.push(order)
    inspector.pushes.keep({ text: 'written meanwhile' })
    expect(await pushed).toBeNull()
    expect(state().lab.text).toBe('written meanwhile')
    expect(await inspector.pushes.push(order)).toBeNull()
    expect(state().lab.text).toBe('')
  })

  it('offers to follow what was pushed', async () => {
    const order = {
      payloads: [new Uint8Array()],
      isTemplate: false,
      copies: 1,
      perSecond: null,
      dueAtMs: null,
    }
    await inspector.pushes.push(order)
    expect(state().toasts.at(-1)?.offer).toEqual({ kind: 'follow', taskIds: ['pushed'] })
    inspector.followed.follow(['pushed'])
    await waitUntil('the news', () => state().follow.tasks.length === 1)
    inspector.showDialog(null)
  })

  it('reads the whole payload before it is edited, and refuses one too large to be pushed', async () => {
    await inspector.edits.begin(makeRow('failed', 0))
    expect(state().edit.bytes.length).toBe(200_000)
    host.pushLimitBytes = 100
    await inspector.open({ kind: 'path', path: '/queue' })
    await inspector.edits.begin(makeRow('failed', 0))
    expect(state().edit).toMatchObject({ phase: 'error', error: { code: 'PAYLOAD_TOO_LARGE' } })
  })

  it('reads a payload from any byte on', async () => {
    inspector.select(0, 'only')
    inspector.openPane()
    await waitUntil('the detail', () => state().detail?.phase === 'ready')
    await inspector.payload.jumpTo(150_000)
    expect(state().detail).toMatchObject({ payloadFrom: 150_000 })
    expect(state().detail?.payload.length).toBe(50_000)
  })
})
