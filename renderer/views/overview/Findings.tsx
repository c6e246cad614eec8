import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconExclamationCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useNow } from '../../hooks/use-now.ts'
import { useInsight } from '../../store/use-insight.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { INSIGHT_WORDS, toMoreFindingsWords } from '../../words/insight-words.ts'
import { toFindings } from './findings.ts'
import type { Finding } from './findings.ts'
import styles from './findings.module.css'

const TONES = {
  good: { icon: IconCircleCheck, color: 'var(--fq-done)' },
  warn: { icon: IconAlertTriangle, color: 'var(--fq-problems)' },
  bad: { icon: IconExclamationCircle, color: 'var(--fq-failed)' },
} as const
/** More at once is a list to read, not a thing to see. */
const MAX_AT_ONCE = 3

/** What matters now: the worst first, a line for each kind, the rest on request. */
export function Findings(): ReactNode {
  const nowMs = useNow()
  const update = useInspectorState((state) => state.update)
  const history = useInsight((state) => state.history)
  const groups = useInsight((state) => state.groups)
  const groupsError = useInsight((state) => state.groupsError)
  const [isWhole, setWhole] = useState(false)
  if (update === null) return null
  // What is said of failures comes a moment after the rest: its line is kept free, and nothing is called well before.
  const isAwaited =
    groups === null && groupsError === null && update.counts.failed > 0 && update.health.mode !== 'lost'
  const findings = toFindings(update, history, nowMs, groups).filter(
    ({ tone, kind }) => !isAwaited || (tone !== 'good' && kind !== 'failures'),
  )
  const room = isAwaited ? MAX_AT_ONCE - 1 : MAX_AT_ONCE
  // The line that says "1 more" takes as much room as the one it stands for.
  const canFold = findings.length > room + 1
  const hidden = canFold && !isWhole ? findings.length - room : 0
  return (
    <div className={styles['findings']} data-tone={findings[0]?.tone}>
      <ul aria-label={INSIGHT_WORDS.whatMatters}>
        {isAwaited ? (
          <li aria-hidden>
            <span className={styles['waiting']} />
          </li>
        ) : null}
        {findings.slice(0, findings.length - hidden).map((finding) => (
          <FindingLine key={finding.kind} finding={finding} />
        ))}
      </ul>
      {canFold ? (
        <Button variant="subtle" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? INSIGHT_WORDS.fewer : toMoreFindingsWords(hidden)}
        </Button>
      ) : null}
    </div>
  )
}

function FindingLine({ finding }: { readonly finding: Finding }): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  const { icon: Icon, color } = TONES[finding.tone]
  const { action } = finding
  return (
    <li>
      <Icon size={17} stroke={2} color={color} aria-hidden />
      <span className={styles['text']}>{finding.text}</span>
      {action === null ? null : (
        <Button
          disabled={action.kind === 'return-tasks' && !canWrite}
          onClick={() => {
            if (action.kind === 'go') inspector.showPlace(action.place)
            else void inspector.requestOnAll('release', { state: 'in-progress', node: action.node })
          }}
        >
          {action.label}
        </Button>
      )}
    </li>
  )
}
