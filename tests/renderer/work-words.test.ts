import { describe, expect, it } from 'vitest'
import { WHOLE_LIST } from '../../renderer/store/choice.ts'
import {
  RESULT_WORDS,
  toMeantWords,
  toNoWorkerWordsOrNull,
  toOperationTasks,
  toTroubleCounts,
  toUndoneWord,
  toUndoWord,
} from '../../renderer/words/work-words.ts'
import { STATE_WORDS } from '../../renderer/words.ts'

describe('what an act is said to have done', () => {
  it('is never called by the name of a state', () => {
    const states = Object.values(STATE_WORDS).map(({ label }) => label)
    for (const word of Object.values(RESULT_WORDS)) expect(states).not.toContain(word)
    expect(toTroubleCounts({ skipped: 3, failed: 1 })).toBe('3 skipped · 1 refused')
  })

  it('goes back by Undo, and an Undo goes back by Redo', () => {
    expect([toUndoWord('requeue'), toUndoneWord('requeue')]).toEqual(['Undo', 'Undone'])
    expect([toUndoWord('undo'), toUndoneWord('undo')]).toEqual(['Redo', 'Redone'])
  })

  it('names the first of its tasks, and how many more there were', () => {
    expect(toOperationTasks({ firstTaskId: '1_a', total: 190 })).toBe('1_a and 189 more')
    expect(toOperationTasks({ firstTaskId: '1_a', total: 1 })).toBe('1_a')
    expect(toOperationTasks({ firstTaskId: null, total: 0 })).toBe('')
  })
})

describe('what a question says of the tasks that it means', () => {
  const set = { setId: 's', list: { state: 'failed', node: null }, total: 190, frozenAtMs: 0 } as const

  it('is all of a list only where it is all of it', () => {
    const whole = 'exactly those that were in failed at 12:00'
    expect(toMeantWords(set, WHOLE_LIST, '12:00')).toBe(`190 tasks: ${whole}`)
    for (const origin of [
      { found: 'failure:Boom', isRange: false },
      { found: '', isRange: false },
      { found: null, isRange: true },
    ])
      expect(toMeantWords(set, origin, '12:00')).not.toContain('exactly')
  })

  it('names the filter in words, and the node', () => {
    expect(toMeantWords(set, { found: 'failure:Boom', isRange: false }, '12:00')).toBe(
      '190 tasks in failed, found by this filter at 12:00: failed like “Boom”',
    )
    const held = { ...set, list: { state: 'in-progress', node: 'mailer' } } as const
    expect(toMeantWords(held, WHOLE_LIST, '12:00')).toContain('in progress of mailer at 12:00')
  })

  it('warns that nobody runs them where no worker is seen, and only where they wait for one', () => {
    expect(toNoWorkerWordsOrNull('requeue', 2, [])).toContain('nobody will run them until one starts')
    expect(toNoWorkerWordsOrNull('requeue', 1, [{ liveness: 'dead' }])).toContain('nobody will run it')
    expect(toNoWorkerWordsOrNull('requeue', 2, [{ liveness: 'quiet' }])).toContain('unless one is idle')
    expect(toNoWorkerWordsOrNull('requeue', 2, [{ liveness: 'dead' }, { liveness: 'alive' }])).toBeNull()
    expect(toNoWorkerWordsOrNull('delete', 2, [])).toBeNull()
  })
})
