import type { History } from '../../../shared/contract/insight.ts'

/** At least this share of the range is shown, however young the history is. */
const MIN_SHARE = 1 / 6

/** A young history without the time before anybody watched: that would fill the chart with nothing. Gaps within it stay. */
export function withoutLeadingGap(history: History): History {
  const { pushed, stepMs } = history
  const firstSeen = pushed.findIndex((value) => value !== null)
  const latestStart = Math.floor(pushed.length * (1 - MIN_SHARE))
  const from = firstSeen === -1 ? latestStart : Math.min(firstSeen, latestStart)
  if (from === 0) return history
  const cut = (values: History['pushed']): History['pushed'] => values.slice(from)
  const { counts } = history
  return {
    ...history,
    fromMs: history.fromMs + from * stepMs,
    pushed: cut(pushed),
    claimed: cut(history.claimed),
    done: cut(history.done),
    failed: cut(history.failed),
    released: cut(history.released),
    oldestPendingMs: cut(history.oldestPendingMs),
    counts: {
      pending: cut(counts.pending),
      'in-progress': cut(counts['in-progress']),
      scheduled: cut(counts.scheduled),
      failed: cut(counts.failed),
      done: cut(counts.done),
    },
  }
}
