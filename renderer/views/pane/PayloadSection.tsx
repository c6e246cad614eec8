import { Button, SegmentedControl } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { useCopy } from '../../hooks/use-copy.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { usePreferences } from '../../store/preferences.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { readPayload } from './payload-text.ts'
import type { PayloadForm } from './payload-text.ts'
import styles from './pane.module.css'

const CodeView = lazy(async () => ({
  default: (await import('../../components/code/CodeView.tsx')).CodeView,
}))
const HexView = lazy(async () => ({ default: (await import('../../components/code/HexView.tsx')).HexView }))

/** From here on 16 bytes in hex have room beside their characters. */
const WIDE_PANE_PX = 620

const FORM_WORDS: Readonly<Record<PayloadForm, string>> = { json: 'JSON', text: 'Text', hex: 'Hex' }

/** The payload as JSON, text or hex; the first bytes at once, the rest on demand. */
export function PayloadSection({ view }: { readonly view: DetailView }): ReactNode {
  const { detail, payload } = view
  const copy = useCopy()
  const { paneWidth } = usePreferences()
  const [chosen, setChosen] = useState<PayloadForm | null>(null)
  const isText = detail?.payloadHeadKind === 'text'
  const isWhole = detail !== null && payload.length >= detail.payloadBytes
  const read = useMemo(() => readPayload(payload, isText, isWhole), [payload, isText, isWhole])
  if (detail === null) return <section className={styles['payload']} aria-busy={view.phase === 'loading'} />
  const isHidden = detail.payloadHeadKind === 'unknown'
  const form = chosen !== null && read.forms.includes(chosen) ? chosen : read.best
  const hasBytes = payload.length > 0
  return (
    <section className={styles['payload']} aria-label="Payload">
      <div className={styles['payloadHead']}>
        <h3>Payload</h3>
        <span className={styles['soft']}>{formatBytes(detail.payloadBytes)}</span>
        <span className={styles['space']} />
        {hasBytes ? (
          <>
            <IconButton
              icon={IconCopy}
              label="Copy the payload"
              size={22}
              onClick={() => copy(read.copyText, isWhole ? 'the payload' : 'the loaded part of the payload')}
            />
            <SegmentedControl
              aria-label="Show the payload as"
              value={form}
              onChange={(value) => setChosen(read.forms.find((one) => one === value) ?? null)}
              data={read.forms.map((value) => ({ value, label: FORM_WORDS[value] }))}
            />
          </>
        ) : null}
      </div>
      {hasBytes ? (
        <div className={styles['payloadBody']}>
          <Suspense fallback={null}>
            {form === 'hex' ? (
              <HexView bytes={payload} rowBytes={paneWidth >= WIDE_PANE_PX ? 16 : 8} label="Payload as hex" />
            ) : (
              <CodeView
                text={form === 'json' ? read.json : read.text}
                language={form === 'json' ? 'json' : 'text'}
                label={`Payload as ${FORM_WORDS[form]}`}
              />
            )}
          </Suspense>
        </div>
      ) : (
        <p className={styles['noPayload']}>
          {isHidden
            ? 'Not shown: the file is no whole task, and may hold something else.'
            : 'The payload is empty: 0 bytes.'}
        </p>
      )}
      <MorePayload view={view} />
    </section>
  )
}

function MorePayload({ view }: { readonly view: DetailView }): ReactNode {
  const inspector = useInspector()
  const { detail, payload, loadingPayload, payloadError } = view
  if (detail === null || detail.payloadHeadKind === 'unknown' || payload.length >= detail.payloadBytes)
    return null
  return (
    <div className={styles['more']}>
      <span>
        The first {formatBytes(payload.length)} of {formatBytes(detail.payloadBytes)}
      </span>
      <Button loading={loadingPayload} onClick={() => void inspector.loadMorePayload()}>
        Load more
      </Button>
      {payloadError === null ? null : <ErrorNote report={payloadError} />}
    </div>
  )
}
