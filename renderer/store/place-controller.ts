/**
 * Leads to places that somebody else named: the command line, a menu, a notification. And keeps which queue is open, for a
 * page that is loaded anew.
 */
import { keepSource, readKeptSourceOrNull } from '../client/kept-session.ts'
import type { OpenSource } from '../../shared/contract/contract.ts'
import type { QueuePlace, TaskPosition } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import type { InspectorState } from './inspector-state.ts'
import type { Place, Route } from './route.ts'

export interface PlaceActions {
  show(route: Route): void
  /** What opens the queue again that is open now; null where none is. */
  resumeSource(): OpenSource | null
}

export interface PlaceController {
  /** To be called while a queue is open. */
  show(place: QueuePlace): Promise<void>
  /** What opens the queue that was open before this page was loaded anew; null: the page is new. */
  keptSourceOrNull(): OpenSource | null
}

export function createPlaceController(context: ControllerContext, actions: PlaceActions): PlaceController {
  let written = ''
  context.store.subscribe(() => keep(context.store.get()))

  function keep({ opening, connection, queue }: InspectorState): void {
    // While a queue is opened the state passes through what nobody chose.
    if (opening || connection !== 'ready') return
    const source = queue === null ? null : actions.resumeSource()
    const text = JSON.stringify(source)
    if (text === written) return
    written = text
    keepSource(source)
  }

  async function locateOrNull(taskId: string): Promise<TaskPosition | null> {
    try {
      return await context.client().tasks.locate({
        queueId: context.queueId(),
        list: { state: 'pending', node: null },
        order: 'oldest',
        target: { by: 'id', text: taskId },
      })
    } catch {
      // The connection broke, or it is no id at all: as if it were nowhere.
      return null
    }
  }

  return {
    async show({ view, taskId }) {
      const found = taskId === null ? null : await locateOrNull(taskId)
      if (found !== null) {
        actions.show({ place: { kind: 'list', list: found.list }, filter: '', task: found.place })
        return
      }
      if (view !== null) actions.show({ place: toPlace(view), filter: '', task: null })
      if (taskId !== null) context.toast('plain', `The task ${taskId} is not in this queue, or not any more.`)
    },
    keptSourceOrNull: readKeptSourceOrNull,
  }
}

function toPlace(view: NonNullable<QueuePlace['view']>): Place {
  if (view === 'overview' || view === 'problems') return { kind: view }
  return { kind: 'list', list: { state: view, node: null } }
}
