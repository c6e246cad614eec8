import { Popover, UnstyledButton } from '@mantine/core'
import { IconBell, IconBellFilled } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { isAnyOn } from '../../store/notification-controller.ts'
import type { NotificationRules, RuleId } from '../../store/notifications.ts'
import { usePart } from '../../store/use-insight.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { NOTIFY_WORDS, RULE_WORDS } from '../../words/insight-words.ts'
import styles from './notification-settings.module.css'

const MINUTE_MS = 60_000
const FIRST_AGE_MS = 5 * MINUTE_MS
const AGES: readonly { readonly ms: number; readonly label: string }[] = [
  { ms: MINUTE_MS, label: '1 minute' },
  { ms: FIRST_AGE_MS, label: '5 minutes' },
  { ms: 15 * MINUTE_MS, label: '15 minutes' },
  { ms: 60 * MINUTE_MS, label: '1 hour' },
  { ms: 24 * 60 * MINUTE_MS, label: '1 day' },
]
const PLAIN_RULES = ['newFailures', 'noWorker', 'overdue'] as const

/** What this person wants to be told of, for this queue; all off at first. */
export function NotificationSettings(): ReactNode {
  const { notifications } = useInspector()
  const [opened, setOpened] = useState(false)
  const rules = usePart(notifications.store, (state) => state.rules)
  const isOn = isAnyOn(rules)
  const Icon = isOn ? IconBellFilled : IconBell
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={340}
      trapFocus
      returnFocus
      portalProps={{ target: '#fq-overlays' }}
      classNames={{ dropdown: 'fq-menu' }}
    >
      <Popover.Target>
        <UnstyledButton
          className={styles['button']}
          aria-label={`${NOTIFY_WORDS.button}: ${isOn ? NOTIFY_WORDS.on : NOTIFY_WORDS.off}`}
          title={isOn ? NOTIFY_WORDS.on : NOTIFY_WORDS.off}
          onClick={() => setOpened(!opened)}
        >
          <Icon size={16} stroke={1.8} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={NOTIFY_WORDS.title}>
        <div className={styles['panel']}>
          <h2>{NOTIFY_WORDS.title}</h2>
          {PLAIN_RULES.map((rule) => (
            <Rule key={rule} rule={rule} isOn={rules[rule]} turn={(on) => ({ [rule]: on })} />
          ))}
          <Rule
            rule="oldestPendingMs"
            isOn={rules.oldestPendingMs !== null}
            turn={(on) => ({ oldestPendingMs: on ? FIRST_AGE_MS : null })}
          />
          <AgeChoice ageMs={rules.oldestPendingMs} />
          <Permission />
          <p className={styles['note']}>{NOTIFY_WORDS.note}</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

interface RuleProps {
  readonly rule: RuleId
  readonly isOn: boolean
  readonly turn: (on: boolean) => Partial<NotificationRules>
}

function Rule({ rule, isOn, turn }: RuleProps): ReactNode {
  const { notifications } = useInspector()
  const { label, detail } = RULE_WORDS[rule]
  return (
    <label className={styles['rule']}>
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => void notifications.setRules(turn(event.currentTarget.checked))}
      />
      <span>
        {label}
        <span className={styles['detail']}>{detail}</span>
      </span>
    </label>
  )
}

function AgeChoice({ ageMs }: { readonly ageMs: number | null }): ReactNode {
  const { notifications } = useInspector()
  return (
    <select
      className={styles['age']}
      aria-label="The oldest pending task is older than"
      disabled={ageMs === null}
      value={ageMs ?? FIRST_AGE_MS}
      onChange={(event) =>
        void notifications.setRules({ oldestPendingMs: Number(event.currentTarget.value) })
      }
    >
      {AGES.map(({ ms, label }) => (
        <option key={ms} value={ms}>
          {label}
        </option>
      ))}
    </select>
  )
}

function Permission(): ReactNode {
  const { notifications } = useInspector()
  const permission = usePart(notifications.store, (state) => state.permission)
  if (permission === 'granted' || permission === 'ask') return null
  return (
    <p className={styles['denied']}>{permission === 'denied' ? NOTIFY_WORDS.denied : NOTIFY_WORDS.absent}</p>
  )
}
