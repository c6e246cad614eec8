import { Button } from '@mantine/core'
import { useFocusWithin, useHover, useMergedRef } from '@mantine/hooks'
import { IconAlertCircle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { CauseFold } from '../../components/ErrorNote.tsx'
import { IconButton } from '../../components/IconButton.tsx'
import type { Toast, ToastOffer } from '../../store/inspector-state.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { WORK_WORDS } from '../../words/work-words.ts'
import { Tray } from '../work/Tray.tsx'
import styles from './shell.module.css'

const ICONS = { good: IconCheck, bad: IconAlertCircle, plain: IconInfoCircle } as const
const COLORS = { good: 'var(--fq-done)', bad: 'var(--fq-failed)', plain: 'var(--fq-text-soft)' } as const

const TOAST_MS = 6_000

/** What came of the last acts, at the bottom right. */
export function Toasts(): ReactNode {
  const toasts = useInspectorState((state) => state.toasts)
  return (
    <div className={styles['corner']}>
      <output className={styles['toasts']} aria-live="polite" aria-label="Messages">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </output>
      <Tray />
    </div>
  )
}

function ToastCard({ toast }: { readonly toast: Toast }): ReactNode {
  const inspector = useInspector()
  const { id, tone } = toast
  const { hovered, ref: hoverRef } = useHover()
  const { focused, ref: focusRef } = useFocusWithin()
  const ref = useMergedRef(hoverRef, focusRef)
  // A failure stays until it was read; the rest too while a hand is on it.
  const stays = tone === 'bad' || hovered || focused
  useEffect(() => {
    if (stays) return
    const timer = setTimeout(() => inspector.dismissToast(id), TOAST_MS)
    return () => clearTimeout(timer)
  }, [inspector, id, stays])
  const Icon = ICONS[tone]
  return (
    <div ref={ref} className={styles['toast']}>
      <Icon size={16} color={COLORS[tone]} aria-hidden />
      <div className={styles['toastBody']}>
        <p>{toVisibleText(toast.message)}</p>
        {toast.cause === null ? null : <CauseFold cause={toast.cause} label="Details" />}
      </div>
      {toast.offer === null ? null : <Offer offer={toast.offer} toastId={toast.id} />}
      <IconButton icon={IconX} label="Dismiss" size={20} onClick={() => inspector.dismissToast(id)} />
    </div>
  )
}

interface OfferProps {
  readonly offer: ToastOffer
  readonly toastId: number
}

/** What the message can lead to: back, or onwards. */
function Offer({ offer, toastId }: OfferProps): ReactNode {
  const inspector = useInspector()
  const canWrite = useInspectorState(({ queue }) => queue?.access.canWrite === true)
  // Going back writes too.
  if (offer.kind !== 'follow' && !canWrite) return null
  function take(): void {
    inspector.dismissToast(toastId)
    if (offer.kind === 'undo') void inspector.jobs.undo(offer.operationId)
    else if (offer.kind === 'undo-cure') void inspector.cures.undo(offer.undoId)
    else inspector.followed.follow(offer.taskIds)
  }
  return (
    <Button className={styles['offer']} onClick={take}>
      {offer.kind === 'follow' ? WORK_WORDS.follow : WORK_WORDS.undo}
    </Button>
  )
}
