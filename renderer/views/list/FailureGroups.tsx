import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import type { FailureGroup } from '../../../shared/contract/query.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { countOf, formatCount } from '../../components/format.ts'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { COMMAND_WORDS } from '../../words/command-words.ts'
import { LIST_WORDS, toReasonWords, toRequeueGroupWords } from '../../words/list-words.ts'
import listStyles from './list-pane.module.css'
import { useGroupKeys } from './use-group-keys.ts'
import styles from './failure-groups.module.css'

const FAILED = { state: 'failed', node: null } as const

/** The failed list by what the failures have in common, the commonest first; each can be looked at, or requeued as a whole. */
export function FailureGroups(): ReactNode {
  const inspector = useInspector()
  const view = useInspectorState((state) => state.groups)
  const applied = useInspectorState(({ filter }) => filter.applied)
  const list = useRef<HTMLUListElement>(null)
  useGroupKeys(list)
  useEffect(() => () => inspector.groups.setHold(false), [inspector])
  if (view === null) return null
  const { groups, error } = view
  const isFiltered = applied !== ''
  if (error !== null) {
    return (
      <div className={listStyles['error']}>
        <ErrorNote report={error} onRetry={() => inspector.groups.retry()} />
      </div>
    )
  }
  if (groups === null) return <div className={styles['groups']} aria-busy />
  if (groups.groups.length === 0) {
    return (
      <div className={listStyles['empty']}>
        <h2>Nothing to group</h2>
        <p>{isFiltered ? LIST_WORDS.noGroupsFound : LIST_WORDS.noGroups}</p>
        {isFiltered ? (
          <Button onClick={() => inspector.filter.clear()}>{LIST_WORDS.clearFilter}</Button>
        ) : (
          <Button onClick={() => inspector.groups.close()}>{COMMAND_WORDS.ungroup}</Button>
        )}
      </div>
    )
  }
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles['groups']} aria-label="Failures by reason" tabIndex={0}>
      <p className={styles['note']}>
        {groups.by === 'reasons' ? LIST_WORDS.byReasons : LIST_WORDS.byPayloads}
        {isFiltered ? ` ${LIST_WORDS.groupsOfFound}` : ''}
        {groups.looked < groups.total
          ? ` The latest ${formatCount(groups.looked)} of ${countOf(groups.total, 'task')} were looked at.`
          : ''}
      </p>
      <ul
        ref={list}
        className={styles['list']}
        // Move, not enter: a list that appears under a resting pointer is not entered.
        onPointerMove={(event) => event.pointerType === 'mouse' && inspector.groups.setHold(true)}
        onPointerLeave={() => inspector.groups.setHold(false)}
      >
        {groups.groups.map((group) => (
          <li key={group.expression} className={styles['group']} data-gone={group.count === 0 || undefined}>
            <Group group={group} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Group({ group }: { readonly group: FailureGroup }): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const isGathering = useInspectorState(
    ({ gathering, filter }) => gathering === narrow(filter.applied, group.expression),
  )
  const { count, firstAtMs, lastAtMs } = group
  const applied = useInspectorState(({ filter }) => filter.applied)
  // Of what is filtered: what the group leads to, and what it requeues, is no more than it counts.
  const expression = narrow(applied, group.expression)
  return (
    <>
      <button
        type="button"
        className={styles['open']}
        onClick={() => inspector.filter.apply(FAILED, expression)}
      >
        <span className={styles['count']}>{formatCount(count)}</span>
        <span className={styles['title']}>{toReasonWords(group)}</span>
      </button>
      <span className={styles['times']}>
        {count > 1 ? (
          <>
            first <RelativeTime atMs={firstAtMs} />, last <RelativeTime atMs={lastAtMs} />
          </>
        ) : (
          <RelativeTime atMs={lastAtMs} />
        )}
      </span>
      <Button
        disabled={!canWrite || count === 0}
        loading={isGathering}
        onClick={() => void inspector.requestOnAll('requeue', FAILED, expression)}
      >
        {count === 0 ? 'None left' : toRequeueGroupWords(count)}
      </Button>
    </>
  )
}

/** A filter and one more; a group that was opened before is not named twice. */
function narrow(applied: string, expression: string): string {
  if (applied === '' || applied === expression) return expression
  return applied.endsWith(` ${expression}`) ? applied : `${applied} ${expression}`
}
