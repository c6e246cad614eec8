import { describe, expect, it } from 'vitest'
import {
  RESULT_WORDS,
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
