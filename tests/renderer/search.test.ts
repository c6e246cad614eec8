import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { countOfChoice } from '../../renderer/store/choice.ts'
import { isApplied } from '../../renderer/store/filter-controller.ts'
import { countSelected } from '../../renderer/store/selection.ts'
import { toProgressWords } from '../../renderer/words/list-words.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { FAILED, openFailedList } from './failed-list.ts'

describe('filters, searches and groups', () => {
  const { queue, state, inputsOf, dialogChoice } = openFailedList()

  it('filters by itself what names can answer, and waits for Enter with the rest', async () => {
    queue.host.found = ({ name }) => name.endsWith('0')
    queue.inspector.filter.setText('size:>1')
    await waitUntil('the filter', () => state().view.queryId !== null)
    await waitUntil('its rows', () => state().view.total < 2_000)
    queue.inspector.filter.setText('some words')
    expect(inputsOf('queries.open').length).toBe(1)
    queue.inspector.filter.submit()
    await waitUntil('the search', () => inputsOf('queries.open').length === 2)
    queue.inspector.filter.clear()
    await waitUntil('all rows', () => state().view.total === 2_000)
    expect(state().view.queryId).toBe(null)
  })

  it('says where an expression is wrong, and asks nobody', () => {
    queue.inspector.filter.setText('size:>1 nosuch:1')
    queue.inspector.filter.submit()
    expect(state().filter.error).toMatchObject({ at: 8 })
    expect(queue.host.calls).not.toContain('queries.open')
  })

  it('does not take what stands in the field for the filter of the list, until it is applied', async () => {
    expect(isApplied(state().filter)).toBe(true)
    queue.inspector.filter.setText(' size:>1')
    expect(isApplied(state().filter)).toBe(false)
    queue.inspector.filter.submit()
    await waitUntil('the filter', () => state().view.queryId !== null)
    expect(isApplied(state().filter)).toBe(true)
    queue.inspector.filter.setText('kind:email')
    queue.inspector.filter.submit()
    expect(state().filter).toMatchObject({ applied: 'size:>1', error: { at: 5 } })
    expect(isApplied(state().filter)).toBe(false)
    expect(toProgressWords(queue.host.progress(), state().filter.applied)).toContain('found for size:>1')
  })

  it('is led to another list by state:', async () => {
    queue.inspector.filter.setText('state:done size:>1')
    queue.inspector.filter.submit()
    await waitUntil('the search', () => inputsOf('queries.open').length === 1)
    expect(inputsOf('queries.open')).toEqual([{ list: { state: 'done', node: null }, expression: 'size:>1' }])
    expect(state().view.list.state).toBe('done')
    expect(state().filter.text).toBe('size:>1')
  })

  it('selects all that the filter found, and follows what it finds', async () => {
    queue.host.found = ({ name }) => Number(name.slice(8, 16)) < 40
    queue.inspector.filter.setText('size:>1')
    await waitUntil('the rows', () => state().view.total === 40)
    queue.inspector.selectAll()
    await waitUntil('the set', () => countSelected(state().selection) === 40)
    expect(state().selection.frozen?.origin).toEqual({ found: 'size:>1', isRange: false })
    queue.inspector.clearSelection()
    queue.host.found = ({ name }) => Number(name.slice(8, 16)) < 41
    queue.host.query.send({ ...queue.host.progress(), matches: 41, revision: 9_999 })
    await waitUntil('the new row', () => state().view.total === 41)
  })

  it('asks for no row of another list but for those that the filter found', async () => {
    queue.inspector.showOverview()
    queue.host.calls.length = 0
    queue.inspector.filter.apply({ state: 'done', node: null }, 'size:>1')
    await waitUntil('the rows found', () => state().view.phase === 'ready' && state().view.queryId !== null)
    expect(queue.host.calls.filter((call) => call === 'window' || call === 'queries.open')).toEqual([
      'queries.open',
      'window',
    ])
  })

  it('shows the whole of another list where its filter cannot be asked', async () => {
    queue.inspector.showOverview()
    const refused = { defined: true, message: 'Too many searches.', data: { cause: null } }
    queue.host.failures.set('queries.open', new ORPCError('BAD_REQUEST', refused))
    queue.inspector.filter.apply({ state: 'done', node: null }, 'size:>1')
    await waitUntil('the list', () => state().view.phase === 'ready')
    expect(state().view.queryId).toBe(null)
    expect(state().filter).toMatchObject({ applied: '', error: { message: 'Too many searches.' } })
  })

  it('keeps the rows that are shown until a search has found the first', async () => {
    await waitUntil('the list', () => state().view.phase === 'ready')
    queue.host.found = () => false
    queue.host.scanning = true
    queue.inspector.filter.setText('words')
    queue.inspector.filter.submit()
    await waitUntil('the search', () => state().filter.progress !== null)
    expect(state().view.queryId).toBe(null)
    queue.host.found = () => true
    queue.host.query.send({ ...queue.host.progress(), phase: 'scanning', matches: 3, revision: 9_999 })
    await waitUntil('what was found', () => state().view.queryId !== null)
  })

  it('shows what a search finds also where the one before it had come as far', async () => {
    const searchFor = async (words: string): Promise<void> => {
      const before = state().view.queryId
      queue.host.scanning = true
      queue.host.found = () => false
      queue.inspector.filter.setText(words)
      queue.inspector.filter.submit()
      await waitUntil('the empty list', () => {
        const { queryId, phase, total } = state().view
        return queryId !== null && queryId !== before && phase === 'ready' && total === 0
      })
      queue.host.found = ({ name }) => Number(name.slice(8, 16)) < 200
      queue.host.query.send({ ...queue.host.progress(), phase: 'scanning', matches: 200, revision: 5 })
      await waitUntil(`what “${words}” finds`, () => state().view.total === 200)
    }
    await searchFor('some')
    await searchFor('others')
  })

  it('ends a search when asked, and keeps what it found', async () => {
    queue.inspector.filter.setText('words')
    queue.inspector.filter.submit()
    await waitUntil('the search', () => state().filter.progress !== null)
    await queue.inspector.filter.cancel()
    expect(state().filter.progress?.phase).toBe('cancelled')
    expect(state().view.queryId).not.toBe(null)
  })

  it('searches anew when the host has forgotten the search', async () => {
    queue.inspector.filter.setText('size:>1')
    await waitUntil('the filter', () => state().view.queryId !== null)
    const first = state().view.queryId
    const gone = { defined: true, message: 'Gone.', data: { cause: null } }
    queue.host.failures.set('window', new ORPCError('UNKNOWN_HANDLE', gone))
    queue.inspector.showWaiting()
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
    queue.host.failureGroups = { by: 'reasons', looked: 2_000, total: 2_000, groups: [group] }
    queue.host.found = ({ name }) => Number(name.slice(8, 16)) < 40
    queue.inspector.groups.open()
    await waitUntil('the groups', () => state().groups?.groups?.groups.length === 1)
    await queue.inspector.requestOnAll('requeue', FAILED, 'failure:Boom')
    expect(countOfChoice(dialogChoice())).toBe(40)
    expect(dialogChoice()).toMatchObject({ origin: { found: 'failure:Boom', isRange: false } })
    await queue.inspector.perform('requeue', dialogChoice(), { kind: 'back' })
    expect(state().foundBy.get(state().jobs[0]?.operationId ?? '')).toBe('failure:Boom')
    queue.inspector.filter.apply(FAILED, 'failure:Boom')
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
    queue.host.failureGroups = {
      by: 'reasons',
      looked: 3,
      total: 3,
      groups: [toGroup('a', 2), toGroup('b', 1)],
    }
    queue.inspector.showList(FAILED)
    queue.inspector.groups.open()
    await waitUntil('the groups', () => shown()?.length === 2)
    queue.inspector.groups.setHold(true)
    queue.host.failureGroups = {
      by: 'reasons',
      looked: 4,
      total: 4,
      groups: [toGroup('c', 3), toGroup('b', 1)],
    }
    queue.inspector.groups.retry()
    await waitUntil('the new figures', () => shown()?.[0] === 'a 0')
    expect(shown()).toEqual(['a 0', 'b 1'])
    queue.inspector.groups.setHold(false)
    expect(shown()).toEqual(['c 3', 'b 1'])

    queue.inspector.showOverview()
    expect(state().groups).toBe(null)
    queue.inspector.showList(FAILED)
    expect(shown()).toEqual(['c 3', 'b 1'])
    queue.inspector.groups.close()
    queue.inspector.showOverview()
    queue.inspector.showList(FAILED)
    expect(state().groups).toBe(null)
  })
})
