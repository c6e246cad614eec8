import { IconCornerDownLeft, IconEye, IconFolder, IconHandStop, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { StateIcon } from '../../components/StateIcon.tsx'
import { QUEUE_PICTURE, WELCOME_WORDS } from '../../words/welcome-words.ts'
import styles from './welcome.module.css'

const FACT_ICONS = [IconEye, IconRefresh, IconHandStop] as const

/** How a queue lies on disk, so that the right directory is opened; and what opening it means. */
export function QueuePicture(): ReactNode {
  return (
    <section className={styles['about']} aria-label={WELCOME_WORDS.pictureTitle}>
      <h2>{WELCOME_WORDS.pictureTitle}</h2>
      <p className={styles['note']}>{WELCOME_WORDS.pictureNote}</p>
      <div className={styles['tree']}>
        <p className={styles['root']}>
          <IconFolder size={15} stroke={1.8} aria-hidden />
          <code>my-queue/</code>
          <span className={styles['rootNote']}>
            <IconCornerDownLeft size={13} stroke={2} aria-hidden /> {WELCOME_WORDS.rootNote}
          </span>
        </p>
        <ul>
          {QUEUE_PICTURE.map(({ state, name, note }) => (
            <li key={name}>
              <StateIcon state={state} size={14} />
              <code>{name}</code>
              <span>{note}</span>
            </li>
          ))}
        </ul>
      </div>
      <ul className={styles['facts']}>
        {WELCOME_WORDS.facts.map(({ title, text }, at) => {
          const Icon = FACT_ICONS[at] ?? IconEye
          return (
            <li key={title}>
              <Icon size={16} stroke={1.7} aria-hidden />
              <div>
                <h3>{title}</h3>
                <p>{text}</p>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
