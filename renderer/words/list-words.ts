import type { FailureGroup, QueryProgress } from '../../shared/contract/query.ts'
import { toVisibleLine } from '../../shared/contract/visible-text.ts'
import { countOf, formatClock, formatCompact, formatCount } from '../components/format.ts'

export const LIST_WORDS = {
  filterLabel: 'Filter and search',
  filterPlaceholder: 'Filter by id, age:>5m, size:>1KiB … or search payloads: words, /regex/, $.path = 1',
  pressEnter: 'Enter searches the payloads',
  clearFilter: 'Clear the filter',
  savedFilters: 'Saved filters',
  saved: 'Saved',
  saveFilter: 'Save this filter…',
  noSaved: 'Write a filter and save it here: it stays with this queue, in this browser.',
  nothingFound: 'Nothing matches',
  nothingFoundYet: 'Nothing found yet',
  nothingHint: 'No task in this list matches the filter. New ones that match will show up here.',
  selecting: 'Selecting…',
  clear: 'Clear',
  export: 'Export',
  notApplied: 'The filter in the field is not applied: press Enter there, mend it or clear it.',
  turnRound: 'Click to turn the order round.',
  groupBy: 'Group by reason',
  groupsOfFound: 'Only what the filter finds.',
  noGroups: 'No failed task could be read. When tasks fail, they are gathered here by their reason.',
  noGroupsFound: 'The filter finds no failed task now. New ones that match will show up here.',
  byReasons: 'Grouped by the reason that the workers gave.',
  byPayloads: 'The workers gave no reasons: grouped by what the payloads have in common.',
  freeze: 'Freeze',
  frozen: 'Frozen',
  freezeTip: 'Freeze the list: rows stay as they are, and what changes is counted',
  unfreezeTip: 'Let the list move again',
} as const

/** "scanned 412k of 1.0M · 3,204 found · 180k/s", or what was found; `applied`: by what, where the field says something else. */
export function toProgressWords(progress: QueryProgress, applied: string | null = null): string {
  const words = toScanWords(progress)
  return applied === null ? words : `${words} for ${applied}`
}

function toScanWords(progress: QueryProgress): string {
  const { phase, scanned, total, matches, perSecond, unanswered } = progress
  const found = `${formatCount(matches)} found`
  const silent = unanswered > 0 ? ` · ${countOf(unanswered, 'task')} could not be looked at` : ''
  if (phase === 'scanning') {
    const rate = perSecond > 0 ? ` · ${formatCompact(Math.round(perSecond))}/s` : ''
    return `scanned ${formatCompact(scanned)} of ${formatCompact(total)} · ${found}${rate}${silent}`
  }
  if (phase === 'cancelled') return `${found} in the ${formatCompact(scanned)} looked at${silent}`
  return found + silent
}

export function toRequeueAllWords(total: number): string {
  return `Requeue all ${formatCount(total)}…`
}

export function toRequeueGroupWords(count: number): string {
  return `Requeue ${countOf(count, 'task')}…`
}

/** What the latest of a group said, and whether the others differ in numbers or ids. */
export function toReasonWords({ title, example }: Pick<FailureGroup, 'title' | 'example'>): string {
  const words = toVisibleLine(example)
  return example === title ? words : `${words} and alike`
}

export function toFrozenWords(frozenAtMs: number): string {
  return `exactly those that were here at ${formatClock(frozenAtMs)}`
}
