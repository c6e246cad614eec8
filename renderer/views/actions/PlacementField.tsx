import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { Placement } from '../../../shared/contract/work.ts'
import { DueField } from '../../components/DueField.tsx'
import { toDueOrNull, toLocalInput } from '../../components/due-time.ts'
import type { PlacementKind } from '../../store/inspector-state.ts'
import { PLACEMENT_WORDS } from '../../words/work-words.ts'
import styles from './actions.module.css'

const FIRST_DELAY_MS = 10 * 60_000

export interface PlacementDraft {
  readonly kind: PlacementKind
  readonly due: string
  readonly setKind: (kind: PlacementKind) => void
  readonly setDue: (due: string) => void
  /** Null: no time was chosen yet. */
  readonly placement: Placement | null
}

/** @param firstDueMs A time that is at hand, such as the one a task has now. */
export function usePlacement(first: PlacementKind, firstDueMs: number | null = null): PlacementDraft {
  const [kind, setKind] = useState<PlacementKind>(first)
  const [due, setDue] = useState(() =>
    toLocalInput(Math.max(firstDueMs ?? 0, Date.now()) + (firstDueMs === null ? FIRST_DELAY_MS : 0)),
  )
  const atMs = toDueOrNull(due)
  const placement: Placement | null = kind !== 'at' ? { kind } : atMs === null ? null : { kind: 'at', atMs }
  return { kind, due, setKind, setDue, placement }
}

interface PlacementFieldProps {
  readonly draft: PlacementDraft
  readonly kinds: readonly PlacementKind[]
}

/** Where in the queue, or when; each with what it means where Python workers share the queue. */
export function PlacementField({ draft, kinds }: PlacementFieldProps): ReactNode {
  const { kind, due, setKind, setDue } = draft
  return (
    <div className={styles['placement']}>
      <div className={styles['placementRow']}>
        {kinds.length > 1 ? (
          <SegmentedControl
            aria-label="Place in the queue"
            value={kind}
            onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'back')}
            data={kinds.map((value) => ({ value, label: PLACEMENT_WORDS[value].label }))}
          />
        ) : null}
        {kind === 'at' ? <DueField value={due} onChange={setDue} /> : null}
      </div>
      <p className={styles['meaning']} data-warn={kind === 'front' || undefined}>
        {PLACEMENT_WORDS[kind].meaning}
      </p>
    </div>
  )
}
