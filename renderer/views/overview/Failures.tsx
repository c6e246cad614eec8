import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { FailureGroup } from '../../../shared/contract/query.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { countOf, formatCount } from '../../components/format.ts'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { toReasonWords } from '../../words/list-words.ts'
import { INSIGHT_WORDS } from '../../words/insight-words.ts'
import styles from './overview.module.css'

const FAILED = { state: 'failed', node: null } as const
const MAX_GROUPS = 6
/** Most queues fail for no more reasons than this. */
const ROWS_RESERVED = 3
const ROW_PX = 30

/** What failed, by reason, the commonest first; a click leads to exactly these tasks. */
export function Failures(): ReactNode {
  const inspector = useInspector()
  const failed = useInspectorState(({ update }) => update?.counts.failed ?? 0)
  const groups = useInsight((state) => state.groups)
  const error = useInsight((state) => state.groupsError)
  return (
    <section className={styles['section']} aria-label={INSIGHT_WORDS.failures}>
      <header className={styles['sectionHead']}>
        <h2>{INSIGHT_WORDS.failures}</h2>
        {failed === 0 ? null : (
          <Button variant="subtle" onClick={() => inspector.showList(FAILED)}>
            {INSIGHT_WORDS.lookAtAll} {formatCount(failed)}
          </Button>
        )}
      </header>
      {failed === 0 ? <p className={styles['quiet']}>{INSIGHT_WORDS.noFailures}</p> : null}
      {error === null ? null : <ErrorNote report={error} onRetry={() => inspector.insight.retry()} />}
      {failed > 0 && groups === null && error === null ? (
        <WaitingRows count={Math.min(failed, ROWS_RESERVED)} />
      ) : null}
      {failed > 0 && groups !== null ? (
        <>
          <ul className={styles['rows']} style={{ minHeight: Math.min(failed, ROWS_RESERVED) * ROW_PX }}>
            {groups.groups.slice(0, MAX_GROUPS).map((group) => (
              <li key={group.expression}>
                <GroupRow group={group} />
              </li>
            ))}
          </ul>
          <p className={styles['note']}>
            {groups.groups.length > MAX_GROUPS
              ? `${countOf(groups.groups.length - MAX_GROUPS, 'more reason')}. `
              : ''}
            {groups.by === 'reasons'
              ? ''
              : 'No reasons were kept: grouped by what the payloads have in common. '}
            {groups.looked < groups.total ? `The latest ${formatCount(groups.looked)} were looked at.` : ''}
          </p>
        </>
      ) : null}
    </section>
  )
}

/** Stands where the reasons will, so that nothing below moves when they come. */
function WaitingRows({ count }: { readonly count: number }): ReactNode {
  return (
    <ul className={styles['rows']} style={{ height: count * ROW_PX }} aria-busy>
      {Array.from({ length: count }, (_, at) => (
        // They have no names yet.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={at} className={styles['row']} aria-hidden>
          <span className={styles['waiting']} />
        </li>
      ))}
    </ul>
  )
}

function GroupRow({ group }: { readonly group: FailureGroup }): ReactNode {
  const inspector = useInspector()
  return (
    <button
      type="button"
      className={styles['row']}
      onClick={() => inspector.filter.apply(FAILED, group.expression)}
    >
      <span className={styles['rowCount']} data-tone="bad">
        {formatCount(group.count)}
      </span>
      <span className={styles['rowTitle']}>{toReasonWords(group)}</span>
      <span className={styles['rowTime']}>
        <RelativeTime atMs={group.lastAtMs} />
      </span>
    </button>
  )
}
