import { IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { TaskDetail, TaskState } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { formatBytes, formatCount, usToMs } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import { useCopy } from '../../hooks/use-copy.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { INTEGRITY_WORDS, STATE_WORDS } from '../../words.ts'
import styles from './pane.module.css'

interface TaskFactsProps {
  readonly view: DetailView
  readonly state: TaskState
}

/** What the task is and where it lies. */
export function TaskFacts({ view, state }: TaskFactsProps): ReactNode {
  const { row, detail } = view
  const idTimeMs = usToMs(row.idTimeUs)
  return (
    <section className={styles['section']} aria-label="Task">
      <dl className={styles['facts']}>
        <Fact label="Task id">
          <Copyable text={row.taskId} what="the id" />
        </Fact>
        {row.name === row.taskId ? null : (
          <Fact label="File name">
            <Copyable text={row.name} what="the file name" />
          </Fact>
        )}
        {detail === null ? null : (
          <Fact label="Path">
            <Copyable text={detail.path} what="the path" />
          </Fact>
        )}
        <Fact label={state === 'scheduled' ? 'Due' : 'Time in its id'}>
          <RelativeTime atMs={idTimeMs} />
        </Fact>
        {row.enteredAtMs === null ? null : (
          <Fact label={`${STATE_WORDS[state].label} since`}>
            <RelativeTime atMs={row.enteredAtMs} />
          </Fact>
        )}
        {row.writtenAtMs === null ? null : (
          <Fact label="Written">
            <RelativeTime atMs={row.writtenAtMs} />
          </Fact>
        )}
        {row.attempts === null ? null : <Fact label="Claims">{formatCount(row.attempts)}</Fact>}
        {detail === null ? null : <FileFacts detail={detail} />}
      </dl>
    </section>
  )
}

function FileFacts({ detail }: { readonly detail: TaskDetail }): ReactNode {
  const { header, fileBytes, mode, ownerUid, ownerGid, links } = detail
  return (
    <>
      <Fact label="Header">
        <span data-verdict={header.integrity}>{INTEGRITY_WORDS[header.integrity]}</span>
        {header.version === null ? null : <span className={styles['soft']}> · version {header.version}</span>}
      </Fact>
      {header.storedMd5 === null ? null : (
        <Fact label="MD5">
          <span className="fq-mono">{toVisibleLine(header.storedMd5)}</span>
          {header.computedMd5 === null || header.computedMd5 === header.storedMd5 ? null : (
            <span className={`fq-mono ${styles['bad']}`}> computed {toVisibleLine(header.computedMd5)}</span>
          )}
        </Fact>
      )}
      <Fact label="File">
        {formatBytes(fileBytes)}
        <span className={styles['soft']}>
          {' '}
          · {toVisibleLine(mode)} · owner {ownerUid}:{ownerGid}
          {links > 1 ? ` · ${links} links` : ''}
        </span>
      </Fact>
    </>
  )
}

interface FactProps {
  readonly label: string
  readonly children: ReactNode
}

function Fact({ label, children }: FactProps): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface CopyableProps {
  readonly text: string
  readonly what: string
}

function Copyable({ text, what }: CopyableProps): ReactNode {
  const copy = useCopy()
  return (
    <span className={styles['copyable']}>
      <span className="fq-mono">{toVisibleLine(text)}</span>
      <IconButton icon={IconCopy} label={`Copy ${what}`} size={20} onClick={() => copy(text, what)} />
    </span>
  )
}
