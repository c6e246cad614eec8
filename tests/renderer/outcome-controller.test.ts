import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InspectorClient } from '../../renderer/client/inspector-client.ts'
import { createStore } from '../../renderer/store/create-store.ts'
import type { Store } from '../../renderer/store/create-store.ts'
import { INITIAL_STATE } from '../../renderer/store/inspector-state.ts'
import { createOutcomeController } from '../../renderer/store/outcome-controller.ts'
import type { InspectorState } from '../../renderer/store/inspector-state.ts'
import type { ActOutcome } from '../../shared/contract/work.ts'
import { makeUpdate } from './fake-data.ts'

const NONE = { pending: 0, 'in-progress': 0, scheduled: 0, failed: 0, done: 0, held: 0, trash: 0 }
const WAITING: ActOutcome = {
  operationId: 'act',
  moved: 2,
  looked: 2,
  states: { ...NONE, pending: 2 },
  hadFailed: true,
  notFound: 0,
}

describe('what became of an act', () => {
  let asked: number
  let outcomes: ReturnType<typeof createOutcomeController>
  let answer: ActOutcome
  let failure: Error | null
  let store: Store<InspectorState>
  let stirring: NodeJS.Timeout

  beforeEach(() => {
    vi.useFakeTimers()
    asked = 0
    answer = WAITING
    failure = null
    store = createStore<InspectorState>({ ...INITIAL_STATE, connection: 'ready' })
    const outcome = async (): Promise<ActOutcome> => {
      asked++
      if (failure !== null) throw failure
      return answer
    }
    outcomes = createOutcomeController({
      store,
      client: () => ({ jobs: { outcome } }) as unknown as InspectorClient,
      queueId: () => 'queue',
      toast: () => undefined,
      toastError: () => undefined,
    })
    let revision = 0
    stirring = setInterval(() => store.set({ update: makeUpdate(++revision, () => 0) }), 100)
  })

  afterEach(() => {
    clearInterval(stirring)
    vi.useRealTimers()
  })

  it('is asked for by one voice, however often its viewers come and go', async () => {
    for (let visit = 0; visit < 5; visit++) outcomes.watch('act')()
    const leave = outcomes.watch('act')
    outcomes.watch('act')()
    await vi.advanceTimersByTimeAsync(1)
    const before = asked
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked - before).toBeGreaterThan(5)
    expect(asked - before).toBeLessThanOrEqual(10)
    leave()
    const last = asked
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked).toBe(last)
  })

  it('stays true after all tasks have ended: those that failed may be requeued', async () => {
    outcomes.watch('act')
    answer = { ...WAITING, states: { ...NONE, failed: 2 } }
    await vi.advanceTimersByTimeAsync(3_000)
    answer = { ...WAITING, states: { ...NONE, done: 2 } }
    await vi.advanceTimersByTimeAsync(3_000)
    expect(store.get().outcomes.get('act')?.states).toMatchObject({ failed: 0, done: 2 })
  })

  it('is asked for again where an answer was lost, and not while the queue stands still', async () => {
    clearInterval(stirring)
    failure = new Error('lost')
    outcomes.watch('act')
    await vi.advanceTimersByTimeAsync(1_500)
    failure = null
    await vi.advanceTimersByTimeAsync(3_000)
    expect(store.get().outcomes.get('act')).toEqual(WAITING)
    const last = asked
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toBe(last)
  })
})
