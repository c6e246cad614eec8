import { useState } from 'react'
import type { DragEvent, ReactNode } from 'react'
import type { HostInfo } from '../../../shared/contract/model.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { useInspectorState, useSetup } from '../../store/use-inspector.ts'
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
  const { takesDrops, isDropTarget, handlers } = useDrop(host)
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
      <footer className={styles['foot']}>Version {host.version}</footer>
      {isDropTarget ? (
        <div className={styles['dropNow']} aria-hidden>
          {WELCOME_WORDS.dropNow}
        </div>
      ) : null}
    </main>
  )
}

interface Drop {
  readonly takesDrops: boolean
  readonly isDropTarget: boolean
  readonly handlers: {
    readonly onDragOver?: (event: DragEvent) => void
    readonly onDragLeave?: (event: DragEvent) => void
    readonly onDrop?: (event: DragEvent) => void
  }
}

function useDrop(host: HostInfo): Drop {
  const { inspector, platform } = useSetup()
  const [isDropTarget, setDropTarget] = useState(false)
  const takesDrops = host.kind === 'desktop' && host.canOpenPath
  if (!takesDrops) return { takesDrops, isDropTarget: false, handlers: {} }
  return {
    takesDrops,
    isDropTarget,
    handlers: {
      onDragOver: (event) => {
        event.preventDefault()
        setDropTarget(true)
      },
      onDragLeave: () => setDropTarget(false),
      onDrop: (event) => {
        event.preventDefault()
        setDropTarget(false)
        const file = event.dataTransfer.files[0]
        const path = file === undefined ? null : platform.pathOfDroppedFile(file)
        if (path !== null && path !== '') void inspector.open({ kind: 'path', path })
      },
    },
  }
}
