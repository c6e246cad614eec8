import type { ReactNode } from 'react'
import { useInspectorState } from '../../store/use-inspector.ts'
import { WORDS } from '../../words.ts'
import styles from './shell.module.css'

export function ConnectingScreen(): ReactNode {
  return (
    <main className={styles['screen']}>
      {/* First as the page came (index.html), so that nothing jumps. */}
      <p className={styles['quiet']}>{WORDS.product}</p>
      <p className={styles['later']}>{WORDS.connection.connecting}</p>
    </main>
  )
}

export function ExpiredScreen(): ReactNode {
  return (
    <main className={styles['screen']}>
      <div className={styles['card']}>
        <h1>{WORDS.connection.expiredTitle}</h1>
        <p>{WORDS.connection.expired}</p>
      </div>
    </main>
  )
}

/** Calm: what is shown stays, and the link is made anew behind it. */
export function ConnectionBar(): ReactNode {
  const isLost = useInspectorState((state) => state.connection === 'lost')
  return (
    <output aria-live="polite">
      {isLost ? <span className={styles['bar']}>{WORDS.connection.lost}</span> : null}
    </output>
  )
}
