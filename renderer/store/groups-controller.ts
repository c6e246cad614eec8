import { toErrorReport } from '../client/error-report.ts'
import type { FailureGroups } from '../../shared/contract/query.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { wait } from './controller-context.ts'
import type { ControllerContext } from './controller-context.ts'

/** Grouping reads reasons: under a storm of failures it is asked for no more often than this. */
const REFRESH_GAP_MS = 2_000

export interface GroupsController {
  /** Shows what the failed list shows by what the failures have in common. */
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
  /** The list shows something else: what another filter finds, or what this one finds by now. */
  onQueryChange(): void
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
  /** The search whose findings `latest` is of; null: of all. */
  let latestQueryId: string | null = null

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
    const groups = latestQueryId === store.get().view.queryId ? latest : null
    store.set({ groups: { phase: groups === null ? 'loading' : 'ready', groups, error: null } })
    void load()
  }

  async function load(): Promise<void> {
    isAskedAgain = loading
    if (loading) return
    loading = true
    seenRevision = store.get().update?.listRevisions.failed ?? -1
    const { queueId, queryId, isCurrent } = lookedAt(store)
    try {
      if (queueId === null) return
      const groups = await context.client().queue.failureGroups({ queueId, queryId })
      if (isCurrent()) {
        // Of another filter nothing needs to stay in its place.
        if (latestQueryId !== queryId) isHeld = false
        latestQueryId = queryId
        show(groups)
        await untilRefresh(store, isCurrent)
      } else isAskedAgain = true
    } catch (error) {
      isHeld = false
      if (isCurrent()) tellError(store, error)
      else isAskedAgain = true
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
    leave: () => store.set({ groups: null }),
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
      const isOfThisList = latestQueryId === store.get().view.queryId && store.get().groups?.phase === 'ready'
      if (!held && latest !== null && isOfThisList) show(latest)
    },
    retry() {
      void load()
    },
    onQueryChange() {
      if (store.get().groups !== null) void load()
    },
    onUpdate(update) {
      if (store.get().groups?.phase === 'ready' && update.listRevisions.failed > seenRevision) void load()
    },
  }
}

/** What is looked at now, and whether it still is. */
function lookedAt(store: ControllerContext['store']) {
  const { view, queue } = store.get()
  const [queryId, queueId] = [view.queryId, queue?.queueId ?? null]
  const isCurrent = (): boolean =>
    store.get().view.queryId === queryId && store.get().queue?.queueId === queueId
  return { queueId, queryId, isCurrent }
}

function tellError(store: ControllerContext['store'], error: unknown): void {
  const { groups } = store.get()
  const report = toErrorReport(error)
  // A search that has ended is begun anew by its filter, which then asks here.
  if (groups !== null && report.code !== 'UNKNOWN_HANDLE')
    store.set({ groups: { ...groups, phase: 'error', error: report } })
}

/** Resolves after a while, or when the list shows something else. */
async function untilRefresh(store: ControllerContext['store'], isCurrent: () => boolean): Promise<void> {
  let stop: () => void = () => undefined
  const isOther = new Promise<void>((resolve) => {
    stop = store.subscribe(() => {
      if (!isCurrent()) resolve()
    })
  })
  await Promise.race([wait(REFRESH_GAP_MS), isOther])
  stop()
}

/** Each group stays at its place, with its figures of now; one that has gone counts 0, and new ones wait. */
function inOrderOf(shown: FailureGroups, latest: FailureGroups): FailureGroups {
  const byExpression = new Map(latest.groups.map((group) => [group.expression, group]))
  const groups = shown.groups.map((group) => byExpression.get(group.expression) ?? { ...group, count: 0 })
  return { ...latest, groups }
}
