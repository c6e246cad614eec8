import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { countOfChoice } from '../../renderer/store/choice.ts'
import { countSelected, isSelected } from '../../renderer/store/selection.ts'
import { rowAt } from '../../renderer/store/window-cache.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { makeRow } from './fake-data.ts'
import { openFailedList, rows } from './failed-list.ts'

describe('acting on tasks', () => {
  const { queue, state, inputsOf, dialogChoice } = openFailedList()

  it('selects all as a set that was fixed, and none that came later', async () => {
    queue.inspector.selectAll()
    await waitUntil('the set', () => countSelected(state().selection) === 2_000)
    const row = rowAt(state().view.pages, 0) ?? makeRow('failed', 0)
    expect(isSelected(state().selection, row, 0)).toBe(true)
    expect(isSelected(state().selection, { ...row, changedAtMs: 1_795_434_900_001 }, 0)).toBe(false)
  })

  it('acts on exactly the fixed set, after a question that names its count', async () => {
    queue.inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    queue.host.change('failed', rows('failed', 0, 2_010))
    queue.inspector.requestAction('delete')
    expect(countOfChoice(dialogChoice())).toBe(2_000)
    await queue.inspector.perform('delete', dialogChoice(), { kind: 'back' })
    expect(queue.host.lists.get('failed')?.length).toBe(10)
    expect(state().selection.frozen).toBe(null)
  })

  it('freezes a range whose rows are not all known here', async () => {
    queue.inspector.select(10, 'only')
    queue.inspector.select(1_500, 'range')
    expect(state().selection.isFreezing).toBe(true)
    queue.inspector.setVisibleRange({ first: 1_480, last: 1_510, atTop: false })
    await waitUntil('the set', () => state().selection.frozen !== null)
    expect(countSelected(state().selection)).toBe(1_491)
    expect(state().selection.frozen?.origin).toEqual({ found: null, isRange: true })
    expect(isSelected(state().selection, makeRow('failed', 1), 9)).toBe(false)
  })

  it('freezes a range upwards as well', async () => {
    queue.inspector.setVisibleRange({ first: 1_480, last: 1_510, atTop: false })
    await waitUntil('the rows', () => rowAt(state().view.pages, 1_500) !== undefined)
    queue.inspector.select(1_500, 'only')
    queue.inspector.select(10, 'range')
    await waitUntil('the set', () => countSelected(state().selection) === 1_491)
  })

  it('drops the set when another row is chosen', async () => {
    queue.inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    queue.inspector.select(3, 'only')
    expect(countSelected(state().selection)).toBe(1)
  })

  it('shows a running job in the tray, and its end', async () => {
    queue.host.keepsRunning = true
    queue.inspector.selectAll()
    await waitUntil('the set', () => state().selection.frozen !== null)
    queue.inspector.requestAction('requeue')
    await queue.inspector.perform('requeue', dialogChoice(), { kind: 'back' })
    await waitUntil('the job', () => state().jobs[0]?.phase === 'running')
    const jobId = state().jobs[0]?.jobId ?? ''
    expect(state().tray).toEqual([jobId])
    await queue.inspector.jobs.cancel(jobId)
    await waitUntil('the end', () => state().jobs[0]?.phase === 'cancelled')
    expect(state().tray).toEqual([jobId])
    queue.inspector.jobs.hide(jobId)
    expect(state().tray).toEqual([])
  })

  it('tells of an act on one task once, also where it was seen under way', async () => {
    queue.host.keepsRunning = true
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    await waitUntil('the job', () => state().jobs[0]?.phase === 'running')
    queue.host.endJob(state().jobs[0]?.jobId ?? '', { phase: 'done', moved: 1 })
    await waitUntil('the message', () => state().toasts.length > 0)
    expect(state().toasts.map(({ message }) => message)).toEqual(['Requeued 1 task.'])
    expect(state().tray).toEqual([])
  })

  it('takes the offer to undo back when it was undone elsewhere', async () => {
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const offer = state().toasts[0]?.offer
    if (offer?.kind !== 'undo') throw new Error('nothing is offered')
    await queue.inspector.jobs.undo(offer.operationId)
    expect(state().toasts.filter((toast) => toast.offer?.kind === 'undo')).toEqual([])
  })

  it('keeps the way back where an undo was refused', async () => {
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const operationId = state().jobs[0]?.operationId ?? ''
    queue.host.failures.set(`undo ${operationId}`, new Error('The queue is locked.'))
    queue.inspector.undoLatest()
    await waitUntil('the refusal', () => state().toasts.some(({ tone }) => tone === 'bad'))
    expect(state().toasts.some(({ offer }) => offer?.kind === 'undo')).toBe(true)
    queue.inspector.undoLatest()
    await waitUntil('the undo', () => state().jobs.some(({ kind }) => kind === 'undo'))
  })

  it('undoes the latest act of this window by one key, and no other one', async () => {
    queue.inspector.undoLatest()
    expect(state().dialog).toEqual({ kind: 'history' })
    queue.inspector.showDialog(null)
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    const operationId = state().jobs[0]?.operationId ?? ''
    queue.inspector.undoLatest()
    await waitUntil('the undo', () => queue.host.calls.includes(`undo ${operationId}`))
  })

  it('asks for the place where it is wanted, and tells the host', async () => {
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue', 'front')
    expect(state().dialog).toMatchObject({ kind: 'confirm', placement: 'front' })
    await queue.inspector.perform('requeue', dialogChoice(), { kind: 'at', atMs: 5 })
    expect(inputsOf('perform')).toMatchObject([{ placement: { kind: 'at', atMs: 5 } }])
  })

  it('asks for a time before it reschedules even one', async () => {
    queue.host.lists.set('scheduled', rows('scheduled', 0, 2))
    queue.inspector.showList({ state: 'scheduled', node: null })
    await waitUntil('the list', () => state().view.phase === 'ready')
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('reschedule')
    expect(state().dialog).toMatchObject({ action: 'reschedule', placement: 'at' })
  })

  it('says what went wrong where nothing could begin', async () => {
    const refusal = { defined: true, message: 'The disk is full.', data: { cause: 'ENOSPC' } }
    queue.host.failures.set('perform requeue', new ORPCError('STORAGE_FAILED', refusal))
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    await waitUntil('the message', () => state().toasts.length === 1)
    expect(state().toasts[0]).toMatchObject({ tone: 'bad', message: 'The disk is full.', cause: 'ENOSPC' })
    expect(state().view.total).toBe(2_000)
  })

  it('turns the lock, and acts on nothing while it is locked', async () => {
    await queue.inspector.lock.set(true)
    expect(state().queue?.access.canWrite).toBe(false)
    queue.inspector.select(0, 'only')
    queue.inspector.requestAction('requeue')
    queue.inspector.duplicate()
    expect(queue.host.calls.filter((call) => call.startsWith('perform'))).toEqual([])
    await queue.inspector.lock.set(false)
    queue.inspector.requestAction('requeue')
    await waitUntil('the act', () => queue.host.calls.includes('perform requeue'))
  })

  it('shows at once that another window turned the lock, and asks before it unlocks', async () => {
    queue.host.turnLock(false)
    await waitUntil('the lock', () => state().queue?.access.canWrite === false)
    queue.inspector.lock.turn()
    expect(state().dialog).toEqual({ kind: 'unlock' })
    expect(queue.host.calls).not.toContain('setLock')
    queue.host.turnLock(true)
    await waitUntil('the lock', () => state().queue?.access.canWrite === true)
    await waitUntil('nothing to be asked', () => state().dialog === null)
    queue.inspector.lock.turn()
    await waitUntil('the lock', () => state().queue?.access.canWrite === false)
    expect(state().dialog).toBe(null)
  })

  it('pushes files too many for one call in several', async () => {
    const large = new Uint8Array(9 * 1024 * 1024)
    const order = { isTemplate: false, copies: 1, perSecond: null, dueAtMs: null }
    expect(await queue.inspector.pushes.push({ ...order, payloads: [large, large] })).toBe(null)
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
    queue.inspector.showDialog({ kind: 'push' })
    queue.inspector.pushes.keep({ text: '{"n":1}' })
    queue.inspector.showDialog(null)
    queue.host.failures.set('push', new Error('The disk is full.'))
    expect(await queue.inspector.pushes.push(order)).not.toBeNull()
    expect(state().lab.text).toBe('{"n":1}')
    const pushed = queue.inspector.pushes.push(order)
    queue.inspector.pushes.keep({ text: 'written meanwhile' })
    expect(await pushed).toBeNull()
    expect(state().lab.text).toBe('written meanwhile')
    expect(await queue.inspector.pushes.push(order)).toBeNull()
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
    await queue.inspector.pushes.push(order)
    expect(state().toasts.at(-1)?.offer).toEqual({ kind: 'follow', taskIds: ['pushed'] })
    queue.inspector.followed.follow(['pushed'])
    await waitUntil('the news', () => state().follow.tasks.length === 1)
    queue.inspector.showDialog(null)
  })

  it('reads the whole payload before it is edited, and refuses one too large to be pushed', async () => {
    await queue.inspector.edits.begin(makeRow('failed', 0))
    expect(state().edit.bytes.length).toBe(200_000)
    queue.host.pushLimitBytes = 100
    await queue.inspector.open({ kind: 'path', path: '/queue' })
    await queue.inspector.edits.begin(makeRow('failed', 0))
    expect(state().edit).toMatchObject({ phase: 'error', error: { code: 'PAYLOAD_TOO_LARGE' } })
  })

  it('reads a payload from any byte on', async () => {
    queue.inspector.select(0, 'only')
    queue.inspector.openPane()
    await waitUntil('the detail', () => state().detail?.phase === 'ready')
    await queue.inspector.payload.jumpTo(150_000)
    expect(state().detail).toMatchObject({ payloadFrom: 150_000 })
    expect(state().detail?.payload.length).toBe(50_000)
  })
})
