import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { saveFilter } from '../../store/saved-filters.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import styles from '../queue/dialogs.module.css'

const NAME_CHARS = 60

/** Gives a filter a name, so that it is one click away with this queue. */
export function SaveFilterDialog(): ReactNode {
  const inspector = useInspector()
  const dialog = useInspectorState((state) => state.dialog)
  const queuePath = useInspectorState(({ queue }) => queue?.path ?? '')
  const state = useInspectorState(({ view }) => view.list.state)
  const [name, setName] = useState('')
  if (dialog?.kind !== 'save-filter') return null
  const { expression } = dialog
  const close = (): void => inspector.showDialog(null)

  function save(): void {
    if (name.trim() === '') return
    saveFilter({ queuePath, name: name.trim(), state, expression })
    close()
  }

  return (
    <Modal opened onClose={close} title="Save this filter" size={420}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <div className={styles['body']}>
          <p className={`fq-mono ${styles['id']}`}>{expression}</p>
          <TextInput
            label="Name"
            data-autofocus
            maxLength={NAME_CHARS}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <div className={styles['foot']}>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={name.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}
