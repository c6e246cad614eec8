import { toErrorReport } from '../client/error-report.ts'
import type { TaskList } from '../../shared/contract/model.ts'
import type { ControllerContext } from './controller-context.ts'
import { parseJumpTarget } from './jump-target.ts'
import type { JumpTarget } from './jump-target.ts'
import type { TaskPlace } from './list-controller.ts'

export interface JumpActions {
  showList(list: TaskList): void
  /** Scrolls there. Null: the rows there could not be read. */
  scrollTo(place: TaskPlace | null, position: number): Promise<number | null>
  /** Called when the jump has come to its row; `chooses`: the person meant this very task. */
  onArrived(index: number, chooses: boolean): void
}

export interface JumpController {
  /**
   * Goes to a row by id, time or place, as typed; an id may lead to another state's list. Null when there, else a sentence
   * that says why not.
   */
  jump(text: string): Promise<string | null>
}

export function createJumpController(context: ControllerContext, actions: JumpActions): JumpController {
  const { store } = context

  async function goTo(place: TaskPlace | null, position: number, chooses = false): Promise<string | null> {
    const index = await actions.scrollTo(place, position)
    if (index === null) return 'The rows there could not be read. Try again.'
    actions.onArrived(index, chooses)
    return null
  }

  async function goToFound(target: Exclude<JumpTarget, { kind: 'row' | 'unclear' }>): Promise<string | null> {
    const { list, order } = store.get().view
    const wanted =
      target.kind === 'id'
        ? { by: 'id' as const, text: target.text }
        : { by: 'time' as const, us: `${Math.max(0, Math.round(target.atMs))}000` }
    const found = await context
      .client()
      .tasks.locate({ queueId: context.queueId(), list, order, target: wanted })
    if (found === null)
      return target.kind === 'id'
        ? 'No task in this queue has an id that begins like this. A worker may have given it another one.'
        : 'This list is empty.'
    if (found.list.state === list.state) return goTo(found.place, found.position, target.kind === 'id')
    actions.showList(found.list)
    // That list has an order of its own.
    const isTurned = store.get().view.order !== order
    return goTo(found.place, isTurned ? found.total - 1 - found.position : found.position, true)
  }

  return {
    async jump(text) {
      const target = parseJumpTarget(text, store.get().view.total, Date.now())
      if (target.kind === 'unclear') return target.message
      try {
        return await (target.kind === 'row' ? goTo(null, target.index) : goToFound(target))
      } catch (error) {
        return toErrorReport(error).message
      }
    },
  }
}
