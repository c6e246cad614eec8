import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes } from '../../components/format.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { PAYLOAD_WORDS } from '../../words/payload-words.ts'
import { compressionOrNull } from './payload-kinds.ts'
import styles from './pane.module.css'

/** A compressed payload is opened when it is asked for, and says how much of it is shown. */
export function CompressedBar({ view }: { readonly view: DetailView }): ReactNode {
  const inspector = useInspector()
  const { payload, payloadFrom, expanded, asking, askError } = view
  const format = payloadFrom === 0 ? compressionOrNull(payload) : null
  if (format === null && expanded === null) return null
  return (
    <div className={styles['more']}>
      {expanded === null ? (
        <>
          <span>Compressed with {format}</span>
          <Button loading={asking === 'expand'} onClick={() => void inspector.payload.expand()}>
            Open compressed ({format})
          </Button>
        </>
      ) : (
        <>
          <span>
            Opened from {expanded.format}: {formatBytes(expanded.bytes.length)}
            {expanded.isWhole ? '' : `, ${PAYLOAD_WORDS.expandedPart}`}
          </span>
          <Button onClick={() => inspector.payload.closeExpanded()}>{PAYLOAD_WORDS.asStored}</Button>
        </>
      )}
      {askError === null ? null : <ErrorNote report={askError} />}
    </div>
  )
}
