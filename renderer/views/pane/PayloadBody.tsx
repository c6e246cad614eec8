import { lazy, Suspense, useMemo } from 'react'
import type { ReactNode } from 'react'
import { toBase64 } from '../../client/base64.ts'
import { useCopy } from '../../hooks/use-copy.ts'
import { usePreferences } from '../../store/preferences.ts'
import type { PayloadForm, ReadPayload } from './payload-text.ts'
import styles from './pane.module.css'

const CodeView = lazy(async () => ({
  default: (await import('../../components/code/CodeView.tsx')).CodeView,
}))
const HexView = lazy(async () => ({ default: (await import('../../components/code/HexView.tsx')).HexView }))
const JsonTree = lazy(async () => ({
  default: (await import('../../components/json/JsonTree.tsx')).JsonTree,
}))

/** From here on 16 bytes in hex have room beside their characters. */
const WIDE_PANE_PX = 620

interface PayloadBodyProps {
  readonly bytes: Uint8Array
  /** Offset of the first of them. */
  readonly from: number
  readonly read: ReadPayload
  readonly form: PayloadForm
  readonly findSerial: number
}

export function PayloadBody({ bytes, from, read, form, findSerial }: PayloadBodyProps): ReactNode {
  const { paneWidth } = usePreferences()
  const copy = useCopy()
  return (
    <div className={styles['payloadBody']}>
      <Suspense fallback={null}>
        {form === 'hex' ? (
          <HexView
            bytes={bytes}
            base={from}
            rowBytes={paneWidth >= WIDE_PANE_PX ? 16 : 8}
            label="Payload as hex"
          />
        ) : form === 'image' && read.image !== null ? (
          <ImageView bytes={bytes} type={read.image} />
        ) : form === 'json' && read.tree !== null ? (
          <JsonTree
            key={read.copyText}
            text={read.copyText}
            nodes={read.tree}
            label="Payload as JSON"
            onCopy={copy}
          />
        ) : (
          <CodeView
            text={form === 'json' ? read.json : read.text}
            language={form === 'json' ? 'json' : 'text'}
            label={form === 'json' ? 'Payload as JSON' : 'Payload as Text'}
            findSerial={findSerial}
          />
        )}
      </Suspense>
    </div>
  )
}

interface ImageViewProps {
  readonly bytes: Uint8Array
  readonly type: string
}

/** Drawn from the bytes alone: nothing is fetched, and scripts in it do not run. */
function ImageView({ bytes, type }: ImageViewProps): ReactNode {
  const url = useMemo(() => `data:${type};base64,${toBase64(bytes)}`, [bytes, type])
  return (
    <div className={styles['image']}>
      <img src={url} alt={`The payload as ${type}`} />
    </div>
  )
}
