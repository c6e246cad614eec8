import { Button, Popover } from '@mantine/core'
import { IconLock, IconLockOpen2 } from '@tabler/icons-react'
import { useId } from 'react'
import type { ReactNode } from 'react'
import type { QueueAccess } from '../../../shared/contract/model.ts'
import { toVisibleText } from '../../../shared/contract/visible-text.ts'
import { Tip } from '../../components/Tip.tsx'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { COMMAND_WORDS, LOCK_WORDS } from '../../words/command-words.ts'
import lockStyles from './queue-lock.module.css'
import styles from './status-bar.module.css'

/** Whether this queue can be changed here, why not, and the way to change that: locking is done at once, unlocking asks. */
export function QueueLock(): ReactNode {
  const access = useInspectorState(({ queue }) => queue?.access)
  if (access === undefined) return null
  return access.canUnlock ? <LockButton access={access} /> : <FixedLock access={access} />
}

function FixedLock({ access }: { readonly access: QueueAccess }): ReactNode {
  return (
    <Tip position="top" label={toWhy(access)}>
      <span className={styles['item']} data-locked={!access.canWrite || undefined}>
        <LockState canWrite={access.canWrite} />
      </span>
    </Tip>
  )
}

function LockButton({ access }: { readonly access: QueueAccess }): ReactNode {
  const inspector = useInspector()
  const titleId = useId()
  const { canWrite } = access
  const isAsking = useInspectorState(({ dialog }) => dialog?.kind === 'unlock') && !canWrite
  const close = (): void => inspector.showDialog(null)
  const label = `${toWhy(access)} ${canWrite ? LOCK_WORDS.clickToLock : LOCK_WORDS.clickToUnlock}`
  return (
    <Popover
      opened={isAsking}
      onDismiss={close}
      position="top-start"
      width={340}
      trapFocus
      returnFocus
      portalProps={{ target: '#fq-overlays' }}
      classNames={{ dropdown: 'fq-menu' }}
    >
      <Tip position="top" label={label} disabled={isAsking}>
        <Popover.Target>
          <button
            type="button"
            className={styles['item']}
            data-locked={!canWrite || undefined}
            aria-label={canWrite ? COMMAND_WORDS.lock : COMMAND_WORDS.unlock}
            onClick={() => (isAsking ? close() : inspector.lock.turn())}
          >
            <LockState canWrite={canWrite} />
          </button>
        </Popover.Target>
      </Tip>
      <Popover.Dropdown aria-labelledby={titleId}>
        <div className={lockStyles['panel']}>
          <h2 id={titleId}>{LOCK_WORDS.askToUnlock}</h2>
          <p>{toWhy(access)}</p>
          <p>{LOCK_WORDS.whatUnlocks}</p>
          <p>{LOCK_WORDS.whereRecorded}</p>
          <div className={lockStyles['foot']}>
            <Button data-autofocus onClick={close}>
              {LOCK_WORDS.keepLocked}
            </Button>
            <Button
              variant="filled"
              onClick={() => {
                close()
                void inspector.lock.set(false)
              }}
            >
              {LOCK_WORDS.unlock}
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function LockState({ canWrite }: { readonly canWrite: boolean }): ReactNode {
  const Icon = canWrite ? IconLockOpen2 : IconLock
  return (
    <>
      <Icon size={13} stroke={1.8} aria-hidden /> {canWrite ? LOCK_WORDS.writable : LOCK_WORDS.readOnly}
    </>
  )
}

function toWhy({ canWrite, reason }: QueueAccess): string {
  return canWrite ? LOCK_WORDS.whyWritable : toVisibleText(reason ?? LOCK_WORDS.whyReadOnly)
}
