import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { RecentQueue } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { WELCOME_WORDS } from '../../words/welcome-words.ts'
import styles from './welcome.module.css'

interface RecentListProps {
  readonly queues: readonly RecentQueue[]
  readonly canChooseFolder: boolean
  /** Where no dialog can be shown, the old path is put where it can be corrected. */
  readonly onLocate: (path: string) => void
}

/** A queue that is not where it was stays in the list, greyed, with the way to look for it. */
export function RecentList({ queues, canChooseFolder, onLocate }: RecentListProps): ReactNode {
  const inspector = useInspector()
  return (
    <section className={styles['recent']} aria-label={WELCOME_WORDS.recent}>
      <h2>{WELCOME_WORDS.recent}</h2>
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
              <span className={styles['recentPath']}>
                <bdi>{toVisibleLine(path)}</bdi>
              </span>
              {exists ? null : <span className={styles['missing']}>{WELCOME_WORDS.missing}</span>}
            </button>
            {exists ? null : (
              <Button
                variant="subtle"
                aria-label={`Locate ${toVisibleLine(name)}`}
                onClick={() => (canChooseFolder ? void inspector.open({ kind: 'dialog' }) : onLocate(path))}
              >
                {WELCOME_WORDS.locate}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
