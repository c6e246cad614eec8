import { toErrorReport } from '../client/error-report.ts'
import type { FailureGroups } from '../../shared/contract/query.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

/** Grouping reads reasons: under a storm of failures it is asked for no more often than this. */
const REFRESH_GAP_MS = 2_000

export interface GroupsController {
  /** Shows the failed list by what the failures have in common. */
  open(): void
  close(): void
  retry(): void
  /** Another place is looked at; one that comes back finds the groups again. */
  leave(): void
  /** The failed list is looked at again: grouped, if it was when it was left. */
  comeBack(): void
  /** Another queue: it begins ungrouped. */
  reset(): void
  /** While held, no group moves: what is under the pointer stays there. */
  setHold(held: boolean): void
  onUpdate(update: QueueUpdate): void
}

export function createGroupsController(context: ControllerContext): GroupsController {
  const { store } = context
  let seenRevision = -1
  let loading = false
  let isAskedAgain = false
  let isWanted = false
  let isHeld = false
  /** As it came last; while held something else is shown. */
  let latest: FailureGroups | null = null

  function show(groups: FailureGroups): void {
    const shown = store.get().groups
    if (shown === null) return
    latest = groups
    const next = isHeld && shown.groups !== null ? inOrderOf(shown.groups, groups) : groups
    store.set({ groups: { phase: 'ready', groups: next, error: null } })
  }

  function open(): void {
    isWanted = true
    isHeld = false
    const phase = latest === null ? 'loading' : 'ready'
    store.set({ groups: { phase, groups: latest, error: null } })
    void load()
  }

  async function load(): Promise<void> {
    isAskedAgain = loading
    if (loading) return
    loading = true
    seenRevision = store.get().update?.listRevisions.failed ?? -1
    try {
      const queueId = context.queueId()
      const groups = await context.client().queue.failureGroups({ queueId })
      if (store.get().queue?.queueId === queueId) show(groups)
      await wait(REFRESH_GAP_MS)
    } catch (error) {
      const { groups } = store.get()
      if (groups !== null) store.set({ groups: { ...groups, phase: 'error', error: toErrorReport(error) } })
    } finally {
      loading = false
    }
    const { groups, update } = store.get()
    const isOld = groups?.phase === 'ready' && (update?.listRevisions.failed ?? -1) > seenRevision
    if (groups !== null && (isAskedAgain || isOld)) void load()
  }

  return {
    open,
    close() {
      isWanted = false
      store.set({ groups: null })
    },
    leave() {
      store.set({ groups: null })
    },
    comeBack() {
      if (isWanted) open()
    },
    reset() {
      isWanted = false
      latest = null
    },
    setHold(held) {
      if (held === isHeld) return
      isHeld = held
      if (!held && latest !== null) show(latest)
    },
    retry() {
      void load()
    },
    onUpdate(update) {
      if (store.get().groups?.phase === 'ready' && update.listRevisions.failed > seenRevision) void load()
    },
  }
}

/** Each group stays at its place, with its figures of now; one that has gone counts 0, and new ones wait. */
function inOrderOf(shown: FailureGroups, latest: FailureGroups): FailureGroups {
  const byExpression = new Map(latest.groups.map((group) => [group.expression, group]))
  const groups = shown.groups.map((group) => byExpression.get(group.expression) ?? { ...group, count: 0 })
  return { ...latest, groups }
}
