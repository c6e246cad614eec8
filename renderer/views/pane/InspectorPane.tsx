import { Button } from '@mantine/core'
import { IconChevronLeft, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { IconButton } from '../../components/IconButton.tsx'
import { ResizeHandle } from '../../components/ResizeHandle.tsx'
import { StateIcon } from '../../components/StateIcon.tsx'
import type { DetailView } from '../../store/inspector-state.ts'
import { PANE_WIDTH, setPreferences, usePreferences } from '../../store/preferences.ts'
import { countSelected } from '../../store/selection.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { STATE_WORDS } from '../../words.ts'
import { PANE_WORDS, toFollowedWords } from '../../words/payload-words.ts'
import { ActionButtons } from '../actions/ActionButtons.tsx'
import { FailureSection } from './FailureSection.tsx'
import { PayloadSection } from './PayloadSection.tsx'
import { TaskFacts } from './TaskFacts.tsx'
import styles from './pane.module.css'

export function InspectorPane(): ReactNode {
  const { paneWidth } = usePreferences()
  const detail = useInspectorState((state) => state.detail)
  return (
    <aside className={styles['pane']} style={{ width: paneWidth }} aria-label="Inspector">
      <ResizeHandle
        label="Width of the inspector"
        edge="left"
        width={paneWidth}
        range={PANE_WIDTH}
        onResize={(width) => setPreferences({ paneWidth: width })}
      />
      {detail === null ? <NothingInspected /> : <TaskInspector view={detail} />}
    </aside>
  )
}

function CloseButton(): ReactNode {
  const inspector = useInspector()
  return (
    <span className={styles['close']}>
      <IconButton icon={IconX} label={PANE_WORDS.close} keys="Esc" onClick={() => inspector.closePane()} />
    </span>
  )
}

/** Where the pane covers the list. */
function BackButton(): ReactNode {
  const inspector = useInspector()
  return (
    <Button
      variant="subtle"
      className={styles['back']}
      leftSection={<IconChevronLeft size={16} stroke={1.8} aria-hidden />}
      onClick={() => inspector.closePane()}
    >
      {PANE_WORDS.back}
    </Button>
  )
}

function NothingInspected(): ReactNode {
  return (
    <>
      <div className={styles['head']}>
        <BackButton />
        <span className={styles['space']} />
        <CloseButton />
      </div>
      <p className={styles['nothing']}>{PANE_WORDS.nothing}</p>
    </>
  )
}

function TaskInspector({ view }: { readonly view: DetailView }): ReactNode {
  const inspector = useInspector()
  const { row, detail, phase, error } = view
  const listState = useInspectorState((state) => state.view.list.state)
  const selected = useInspectorState((state) => countSelected(state.selection))
  const state = detail?.ref.state ?? row.ref?.state ?? listState
  return (
    <>
      <div className={styles['head']}>
        <BackButton />
        <StateIcon state={state} size={16} />
        <h2 className={styles['state']}>{STATE_WORDS[state].label}</h2>
        {row.node === null ? null : <span className={styles['node']}>{toVisibleLine(row.node)}</span>}
        <span className={styles['space']} />
        {phase === 'gone' || phase === 'moving' || selected > 1 ? null : (
          <span
            key={`${row.node ?? ''}/${state}`}
            className={styles['acts']}
            data-followed={view.cameFrom !== null || undefined}
          >
            <ActionButtons state={state} count={1} />
          </span>
        )}
        <CloseButton />
      </div>
      <div className={styles['body']}>
        {view.cameFrom === null || phase === 'gone' ? null : (
          <output className={styles['followed']}>{toFollowedWords(view.cameFrom, state, row.node)}</output>
        )}
        {phase === 'gone' ? (
          <output className={styles['gone']}>
            {error === null ? 'This task is no longer where it was.' : toVisibleLine(error.message)}
          </output>
        ) : null}
        {phase === 'error' && error !== null ? (
          <div className={styles['section']}>
            <ErrorNote report={error} onRetry={() => inspector.retryDetail()} />
          </div>
        ) : null}
        {state === 'failed' || (detail?.failures.length ?? 0) > 0 ? (
          <FailureSection view={view} state={state} />
        ) : null}
        <PayloadSection key={`${row.node ?? ''}/${row.name}`} view={view} />
        <TaskFacts view={view} state={state} />
      </div>
    </>
  )
}
