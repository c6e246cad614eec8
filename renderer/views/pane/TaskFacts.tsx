import { Button } from '@mantine/core'
import { IconCopy, IconFolderSearch, IconTerminal2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { TaskDetail, TaskRef, TaskState } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes, formatCount, usToMs } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { RelativeTime } from '../../components/RelativeTime.tsx'
import { quoteForShell } from '../../components/shell-quote.ts'
import { useCopy } from '../../hooks/use-copy.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { FACT_WORDS } from '../../words/payload-words.ts'
import { INTEGRITY_WORDS, STATE_WORDS } from '../../words.ts'
import styles from './pane.module.css'

interface TaskFactsProps {
  readonly view: DetailView
  readonly state: TaskState
}

/** What the task is and where it lies. */
export function TaskFacts({ view, state }: TaskFactsProps): ReactNode {
  const { row, detail } = view
  const copy = useCopy()
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
            <Copyable text={detail.path} what="the path">
              <IconButton
                icon={IconTerminal2}
                label={FACT_WORDS.copyQuoted}
                size={20}
                onClick={() => copy(quoteForShell(detail.path), 'the path, quoted')}
              />
              <RevealButton task={detail.ref} />
            </Copyable>
          </Fact>
        )}
        <Fact {...(state === 'scheduled' ? FACT_WORDS.due : FACT_WORDS.idTime)}>
          <RelativeTime atMs={idTimeMs} />
        </Fact>
        {row.enteredAtMs === null ? null : (
          <Fact label={`${STATE_WORDS[state].label} since`}>
            <RelativeTime atMs={row.enteredAtMs} />
          </Fact>
        )}
        {row.writtenAtMs === null ? null : (
          <Fact {...FACT_WORDS.written}>
            <RelativeTime atMs={row.writtenAtMs} />
          </Fact>
        )}
        {detail === null ? null : <EditLinks detail={detail} />}
        {row.attempts === null ? null : <Fact {...FACT_WORDS.claims}>{formatCount(row.attempts)}</Fact>}
        {detail === null ? null : <FileFacts view={view} detail={detail} />}
      </dl>
    </section>
  )
}

/** Only the desktop app has a file manager beside it. */
function RevealButton({ task }: { readonly task: TaskRef }): ReactNode {
  const inspector = useInspector()
  const canReveal = useInspectorState(({ host }) => host?.canReveal === true)
  const queueId = useInspectorState(({ queue }) => queue?.queueId)
  if (!canReveal || queueId === undefined) return null
  return (
    <IconButton
      icon={IconFolderSearch}
      label={FACT_WORDS.reveal}
      size={20}
      onClick={() => void inspector.host.ask((client) => client.host.revealTask({ queueId, task }))}
    />
  )
}

/** Where a changed payload came from, and where it went: each names the other. */
function EditLinks({ detail }: { readonly detail: TaskDetail }): ReactNode {
  const inspector = useInspector()
  const links = [
    [FACT_WORDS.editedFrom, detail.editedFrom],
    [FACT_WORDS.editedTo, detail.editedTo],
  ] as const
  return links.map(([label, taskId]) =>
    taskId === null ? null : (
      <Fact key={label} label={label}>
        <button
          type="button"
          className={`fq-mono ${styles['linked']}`}
          title={FACT_WORDS.whereIsIt}
          onClick={() => inspector.followed.follow([taskId])}
        >
          {toVisibleLine(taskId)}
        </button>
      </Fact>
    ),
  )
}

interface FileFactsProps {
  readonly view: DetailView
  readonly detail: TaskDetail
}

function FileFacts({ view, detail }: FileFactsProps): ReactNode {
  const { header, fileBytes, mode, ownerUid, ownerGid, links, ref } = detail
  return (
    <>
      <Fact {...FACT_WORDS.header}>
        <span data-verdict={header.integrity}>{INTEGRITY_WORDS[header.integrity]}</span>
        {header.version === null ? null : <span className={styles['soft']}> · version {header.version}</span>}
      </Fact>
      {header.storedMd5 === null ? null : (
        <Fact {...FACT_WORDS.md5}>
          <span className="fq-mono">{toVisibleLine(header.storedMd5)}</span>
          {header.computedMd5 === null || header.computedMd5 === header.storedMd5 ? null : (
            <span className={`fq-mono ${styles['bad']}`}> computed {toVisibleLine(header.computedMd5)}</span>
          )}
          <Verify view={view} isOpen={header.integrity === 'unverified'} />
        </Fact>
      )}
      <Fact label="File">
        {formatBytes(fileBytes)}
        <span className={styles['soft']}>
          {' '}
          · {toVisibleLine(mode)} · owner {ownerUid}:{ownerGid}
          {links > 1 ? ` · ${links} links` : ''} · inode {ref.inode}
        </span>
      </Fact>
    </>
  )
}

/** A large payload is read whole only when somebody wants its verdict. */
function Verify({ view, isOpen }: { readonly view: DetailView; readonly isOpen: boolean }): ReactNode {
  const inspector = useInspector()
  const { verdict, asking, askError } = view
  if (verdict !== null) {
    return (
      <span className="fq-mono" data-verdict={verdict.isOk ? 'ok' : 'bad-checksum'}>
        {' '}
        computed {verdict.computedMd5}: {verdict.isOk ? FACT_WORDS.matches : FACT_WORDS.differs}
      </span>
    )
  }
  if (!isOpen) return null
  return (
    <div>
      <Button loading={asking === 'verify'} onClick={() => void inspector.payload.verify()}>
        {FACT_WORDS.verify}
      </Button>
      {askError === null || asking !== null ? null : <ErrorNote report={askError} />}
    </div>
  )
}

interface FactProps {
  readonly label: string
  /** What the label means, on hover. */
  readonly means?: string
  readonly children: ReactNode
}

function Fact({ label, means, children }: FactProps): ReactNode {
  return (
    <div className={styles['fact']}>
      <dt title={means}>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface CopyableProps {
  readonly text: string
  readonly what: string
  /** More that can be done with it. */
  readonly children?: ReactNode
}

function Copyable({ text, what, children }: CopyableProps): ReactNode {
  const copy = useCopy()
  return (
    <span className={styles['copyable']}>
      <span className="fq-mono">{toVisibleLine(text)}</span>
      <span className={styles['copyButtons']}>
        <IconButton icon={IconCopy} label={`Copy ${what}`} size={20} onClick={() => copy(text, what)} />
        {children}
      </span>
    </span>
  )
}
