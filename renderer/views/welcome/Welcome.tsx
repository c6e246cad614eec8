import { Button, TextInput } from '@mantine/core'
import { IconFolderOpen, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import type { HostInfo, RecentQueue } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { WORDS } from '../../words.ts'
import { AppMark } from './AppMark.tsx'
import styles from './welcome.module.css'

interface WelcomeProps {
  readonly host: HostInfo
}

export function Welcome({ host }: WelcomeProps): ReactNode {
  const inspector = useInspector()
  const opening = useInspectorState((state) => state.opening)
  const error = useInspectorState((state) => state.openError)
  const [isDropTarget, setDropTarget] = useState(false)
  const takesDrops = host.kind === 'desktop' && host.canOpenPath

  const dropHandlers = takesDrops
    ? {
        onDragOver: () => setDropTarget(true),
        onDragLeave: () => setDropTarget(false),
        // What was dropped is opened by the window itself (use-folder-drop.ts).
        onDrop: () => setDropTarget(false),
      }
    : {}

  return (
    <main className={styles['welcome']} data-drop={isDropTarget || undefined} {...dropHandlers}>
      <div className={styles['column']}>
        <header className={styles['head']}>
          <AppMark />
          <div>
            <h1>{WORDS.product}</h1>
            <p>Watch and operate a task queue made of files. Looking changes nothing.</p>
          </div>
        </header>
        {error === null ? null : <ErrorNote report={error} />}
        <OpenWays host={host} opening={opening} />
        {host.recentQueues.length === 0 ? null : (
          <RecentList queues={host.recentQueues} canLocate={host.canChooseFolder} />
        )}
        <p className={styles['foot']}>
          {takesDrops ? 'A folder can also be dropped here. ' : ''}
          Version {host.version}
          <button type="button" onClick={() => inspector.showDialog({ kind: 'settings' })}>
            Settings…
          </button>
        </p>
      </div>
    </main>
  )
}

interface OpenWaysProps {
  readonly host: HostInfo
  readonly opening: boolean
}

function OpenWays({ host, opening }: OpenWaysProps): ReactNode {
  const inspector = useInspector()
  const pathField = host.canOpenPath ? <PathField opening={opening} /> : null
  return (
    <div className={styles['ways']}>
      {host.canChooseFolder ? null : pathField}
      {host.startsWithQueue || host.canChooseFolder || host.canStartDemo ? (
        <div className={styles['buttons']}>
          {host.startsWithQueue ? (
            <Button variant="filled" loading={opening} onClick={() => void inspector.open({ kind: 'start' })}>
              Open the queue again
            </Button>
          ) : null}
          {host.canChooseFolder ? (
            <Button
              variant={host.startsWithQueue ? 'default' : 'filled'}
              leftSection={<IconFolderOpen size={16} aria-hidden />}
              disabled={opening}
              onClick={() => void inspector.open({ kind: 'dialog' })}
            >
              Open…
            </Button>
          ) : null}
          {host.canStartDemo ? (
            <Button
              leftSection={<IconPlayerPlay size={15} aria-hidden />}
              disabled={opening}
              onClick={() => void inspector.open({ kind: 'demo' })}
            >
              Try the demo queue
            </Button>
          ) : null}
        </div>
      ) : null}
      {host.canChooseFolder ? pathField : null}
    </div>
  )
}

function PathField({ opening }: { readonly opening: boolean }): ReactNode {
  const inspector = useInspector()
  const [path, setPath] = useState('')

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (path.trim() !== '') void inspector.open({ kind: 'path', path: path.trim() })
  }

  return (
    <form className={styles['path']} onSubmit={onSubmit}>
      <TextInput
        className={styles['pathInput']}
        aria-label="Path of a queue’s directory"
        placeholder="/path/to/a/queue"
        spellCheck={false}
        autoComplete="off"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <Button type="submit" loading={opening} disabled={path.trim() === ''}>
        Open path
      </Button>
    </form>
  )
}

interface RecentListProps {
  readonly queues: readonly RecentQueue[]
  /** A folder that is not where it was can be looked for in a dialog. */
  readonly canLocate: boolean
}

function RecentList({ queues, canLocate }: RecentListProps): ReactNode {
  const inspector = useInspector()
  return (
    <section className={styles['recent']} aria-label="Recent queues">
      <h2>Recent</h2>
      <ul>
        {queues.map(({ recentId, name, path, exists }) => (
          <li key={recentId}>
            <button
              type="button"
              disabled={!exists}
              onClick={() => void inspector.open({ kind: 'recent', recentId })}
              title={toVisibleLine(path)}
            >
              <span className={styles['recentName']}>{toVisibleLine(name)}</span>
              <span className={styles['recentPath']}>{toVisibleLine(path)}</span>
              {exists ? null : <span className={styles['missing']}>not found</span>}
            </button>
            {exists || !canLocate ? null : (
              <Button
                className={styles['locate'] ?? ''}
                aria-label={`Locate ${toVisibleLine(name)}`}
                onClick={() => void inspector.open({ kind: 'dialog' })}
              >
                Locate…
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
