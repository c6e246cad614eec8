import { useState } from 'react'
import type { ReactNode } from 'react'
import type { HostInfo } from '../../../shared/contract/model.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { WORDS } from '../../words.ts'
import { WELCOME_WORDS } from '../../words/welcome-words.ts'
import { AppMark } from './AppMark.tsx'
import { OpenWays } from './OpenWays.tsx'
import { QueuePicture } from './QueuePicture.tsx'
import { RecentList } from './RecentList.tsx'
import styles from './welcome.module.css'

interface WelcomeProps {
  readonly host: HostInfo
}

/** The first screen: how to begin on the left, what a queue is and what looking does on the right. */
export function Welcome({ host }: WelcomeProps): ReactNode {
  const opening = useInspectorState((state) => state.opening)
  const error = useInspectorState((state) => state.openError)
  const inspector = useInspector()
  const [isDropTarget, setDropTarget] = useState(false)
  const takesDrops = host.kind === 'desktop' && host.canOpenPath
  // What was dropped is opened by the window itself (use-folder-drop.ts).
  const handlers = takesDrops
    ? {
        onDragOver: () => setDropTarget(true),
        onDragLeave: () => setDropTarget(false),
        onDrop: () => setDropTarget(false),
      }
    : {}
  const [path, setPath] = useState('')
  return (
    <main className={styles['welcome']} {...handlers}>
      <div className={styles['page']}>
        <section className={styles['begin']} aria-label={WORDS.product}>
          <header className={styles['head']}>
            <AppMark size={72} />
            <div>
              <h1>{WORDS.product}</h1>
              <p>{WELCOME_WORDS.sentence}</p>
            </div>
          </header>
          {error === null ? null : <ErrorNote report={error} />}
          <OpenWays host={host} opening={opening} path={path} onPath={setPath} />
          {takesDrops ? <p className={styles['drop']}>{WELCOME_WORDS.drop}</p> : null}
          {host.recentQueues.length === 0 ? null : (
            <RecentList
              queues={host.recentQueues}
              canChooseFolder={host.canChooseFolder}
              onLocate={setPath}
            />
          )}
        </section>
        <QueuePicture />
      </div>
      <footer className={styles['foot']}>
        Version {host.version}
        <button type="button" onClick={() => inspector.showDialog({ kind: 'settings' })}>
          {WELCOME_WORDS.settings}
        </button>
      </footer>
      {isDropTarget ? (
        <div className={styles['dropNow']} aria-hidden>
          {WELCOME_WORDS.dropNow}
        </div>
      ) : null}
    </main>
  )
}
