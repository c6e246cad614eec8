import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import { useInspector } from '../../store/use-inspector.ts'
import styles from './dialogs.module.css'

/** Leads to a row of the list by id, time or place. */
export function JumpDialog(): ReactNode {
  const inspector = useInspector()
  const [text, setText] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [isLooking, setLooking] = useState(false)
  const close = (): void => inspector.showDialog(null)

  async function jump(event: FormEvent): Promise<void> {
    event.preventDefault()
    setLooking(true)
    const problem = await inspector.jump(text)
    setLooking(false)
    setError(problem)
  }

  return (
    <Modal opened onClose={close} title="Jump to" size={440}>
      <form onSubmit={(event) => void jump(event)}>
        <div className={styles['body']}>
          <TextInput
            data-autofocus
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setError(null)
            }}
            aria-label="Id, time or row"
            placeholder="1795416245…, 14:05, 2h ago, 500,000, 50 %, end"
            description="An id or its beginning, a time, a row’s number, or “end”. Times are those in front of the ids."
            error={error}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <div className={styles['foot']}>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="filled" loading={isLooking}>
            Jump
          </Button>
        </div>
      </form>
    </Modal>
  )
}
