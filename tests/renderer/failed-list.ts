import { afterEach, beforeEach } from 'vitest'
import { InspectorStore } from '../../renderer/store/inspector-store.ts'
import type { InspectorState } from '../../renderer/store/inspector-state.ts'
import type { TaskRow, TaskState } from '../../shared/contract/model.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { FakeHost } from './fake-client.ts'
import { makeRow } from './fake-data.ts'

export const rows = (state: TaskState, from: number, count: number): TaskRow[] =>
  Array.from({ length: count }, (_, at) => makeRow(state, from + at))

export const FAILED = { state: 'failed', node: null } as const

/** Before each test a store that shows a queue with 2,000 failed tasks. */
export function openFailedList() {
  let stop: AbortController
  const queue = {} as { host: FakeHost; inspector: InspectorStore }
  const state = (): InspectorState => queue.inspector.store.get()

  beforeEach(async () => {
    const host = new FakeHost()
    host.lists.set('failed', rows('failed', 0, 2_000))
    stop = new AbortController()
    const inspector = new InspectorStore(host.openLink)
    Object.assign(queue, { host, inspector })
    inspector.start(stop.signal)
    await waitUntil('the connection', () => state().connection === 'ready')
    await inspector.open({ kind: 'path', path: '/queue' })
    await waitUntil('the queue', () => state().update !== null)
    inspector.showList(FAILED)
    await waitUntil('the list', () => state().view.phase === 'ready')
  })

  afterEach(() => stop.abort())

  return {
    queue,
    state,
    /** What a question that is asked now is about. */
    dialogChoice: () => {
      const { dialog } = state()
      if (dialog?.kind !== 'confirm') throw new Error('nobody asked')
      return dialog.choice
    },
    inputsOf: (call: string): unknown[] =>
      queue.host.inputs.filter((one) => one.call === call).map(({ input }) => input),
  }
}
