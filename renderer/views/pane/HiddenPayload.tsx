import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import type { DetailView } from '../../store/inspector-state.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { PAYLOAD_WORDS } from '../../words/payload-words.ts'
import styles from './pane.module.css'

/** What is behind a broken header may be anything: it is shown when the person asks for it. */
export function HiddenPayload({ view }: { readonly view: DetailView }): ReactNode {
  const inspector = useInspector()
  const { detail, loadingPayload, payloadError } = view
  return (
    <div className={styles['noPayload']}>
      <p>{PAYLOAD_WORDS.hidden}</p>
      {detail !== null && detail.payloadBytes > 0 ? (
        <Button loading={loadingPayload} onClick={() => void inspector.payload.jumpTo(0)}>
          {PAYLOAD_WORDS.showAnyway}
        </Button>
      ) : null}
      {payloadError === null ? null : <ErrorNote report={payloadError} />}
    </div>
  )
}
