import { describe, expect, it } from 'vitest'
import { MOVED_ON_WORDS } from '../../shared/contract/moved-on-words.ts'
import type { Job } from '../../shared/contract/work.ts'
import { WHOLE_LIST } from '../../renderer/store/choice.ts'
import {
  RESULT_WORDS,
  toMeantWords,
  toNoWorkerWordsOrNull,
  toOperationTasks,
  toTroubleCounts,
  toJobMessage,
  toNextStepWord,
  toTroubleMessageOrNull,
  toUndoStateWords,
  toUndoWord,
} from '../../renderer/words/work-words.ts'
import { STATE_WORDS } from '../../renderer/words.ts'

const JOB: Job = {
  jobId: 'job',
  kind: 'requeue',
  undoes: null,
  phase: 'done',
  error: null,
  total: 0,
  moved: 0,
  skipped: 0,
  failed: 0,
  startedAtMs: 0,
  endedAtMs: 1,
  perSecond: 0,
  operationId: null,
  noUndoReason: null,
  reasons: [],
  pushedIds: [],
}

describe('what an act is said to have done', () => {
  it('is never called by the name of a state', () => {
    const states = Object.values(STATE_WORDS).map(({ label }) => label)
    for (const word of Object.values(RESULT_WORDS)) expect(states).not.toContain(word)
    expect(toTroubleCounts({ skipped: 3, failed: 1 })).toBe('3 skipped · 1 refused')
  })

  it('goes back by Undo, and an Undo goes back by Redo', () => {
    expect([toUndoWord('requeue'), toUndoWord('undo')]).toEqual(['Undo', 'Redo'])
    const undo = { nextId: 'x', turns: 0, back: null }
    expect(toNextStepWord({ undo })).toBe('Undo')
    expect(toNextStepWord({ undo: { ...undo, turns: 1 } })).toBe('Redo')
  })

  it('is called undone only where it was, and else says how much of it', () => {
    const words = (turns: number, back: number | null, nextId: string | null = 'x'): string =>
      toUndoStateWords({ moved: 196, undo: { nextId, turns, back } })
    expect(words(0, null)).toBe('')
    expect(words(0, null, null)).toBe('Cannot be undone')
    expect(words(1, 196)).toBe('Undone')
    expect(words(1, 12)).toBe('12 of 196 moved back')
    expect(words(1, 0, null)).toBe('Undo found nothing to move back')
    expect(words(2, 0)).toBe('Redone')
  })

  it('breaks down where the tasks of an undo are, to the last of them', () => {
    const reasons = [
      { reason: MOVED_ON_WORDS.done, count: 164 },
      { reason: MOVED_ON_WORDS.failed, count: 32 },
    ]
    const undo = { ...JOB, kind: 'undo', undoes: 'requeue', total: 196, skipped: 196, reasons } as const
    expect(toJobMessage(undo)).toBe('Nothing could be undone.')
    expect(toTroubleMessageOrNull(undo)).toBe('164 are done, 32 have failed.')
    const part = { ...undo, moved: 10, total: 206, skipped: 197 }
    expect(toJobMessage(part)).toBe('Moved back 10 tasks of 206.')
    expect(toTroubleMessageOrNull(part)).toBe(
      'Left alone: 164 are done, 32 have failed, 1 for other reasons.',
    )
    const requeue = { ...part, kind: 'requeue', undoes: null } as const
    expect(toTroubleMessageOrNull(requeue)).toContain('164 already moved to done, 32 already moved to failed')
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
