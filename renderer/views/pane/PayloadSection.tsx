import { SegmentedControl } from '@mantine/core'
import { IconCopy, IconDownload, IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { formatBytes } from '../../components/format.ts'
import { IconButton } from '../../components/IconButton.tsx'
import { useCopy } from '../../hooks/use-copy.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { PAYLOAD_WORDS } from '../../words/payload-words.ts'
import { CompressedBar } from './CompressedBar.tsx'
import { EncodingSelect } from './EncodingSelect.tsx'
import { HiddenPayload } from './HiddenPayload.tsx'
import { PayloadBody } from './PayloadBody.tsx'
import type { Encoding } from './payload-encoding.ts'
import { readPayload } from './payload-text.ts'
import type { PayloadForm } from './payload-text.ts'
import styles from './pane.module.css'
import { PayloadRange } from './PayloadRange.tsx'

const FORM_WORDS: Readonly<Record<PayloadForm, string>> = {
  json: 'JSON',
  text: 'Text',
  hex: 'Hex',
  image: 'Image',
}

/** The payload as a tree, text, bytes or image; the first bytes at once, the rest on demand. */
export function PayloadSection({ view }: { readonly view: DetailView }): ReactNode {
  const inspector = useInspector()
  const copy = useCopy()
  const [chosen, setChosen] = useState<PayloadForm | null>(null)
  const [encoding, setEncoding] = useState<Encoding | null>(null)
  const [findSerial, setFindSerial] = useState(0)
  const { detail, payload, payloadFrom, expanded } = view
  const bytes = expanded?.bytes ?? payload
  const isFromStart = expanded !== null || payloadFrom === 0
  const isWhole =
    expanded?.isWhole ?? (detail !== null && payloadFrom + payload.length >= detail.payloadBytes)
  const read = useMemo(
    () => readPayload(bytes, { isWhole, isFromStart, encoding }),
    [bytes, isWhole, isFromStart, encoding],
  )
  if (detail === null) return <section className={styles['payload']} aria-busy={view.phase === 'loading'} />
  const form = chosen !== null && read.forms.includes(chosen) ? chosen : read.best
  const hasBytes = bytes.length > 0

  function find(): void {
    setChosen('text')
    setFindSerial(findSerial + 1)
  }

  return (
    <section className={styles['payload']} aria-label={PAYLOAD_WORDS.title}>
      <div className={styles['payloadHead']}>
        <h3>{PAYLOAD_WORDS.title}</h3>
        <span className={styles['soft']}>{formatBytes(detail.payloadBytes)}</span>
        <span className={styles['space']} />
        {hasBytes ? (
          <>
            {form === 'text' ? <EncodingSelect value={read.encoding} onChange={setEncoding} /> : null}
            <IconButton icon={IconSearch} label={PAYLOAD_WORDS.find} size={22} onClick={find} />
            <IconButton
              icon={IconCopy}
              label={PAYLOAD_WORDS.copy}
              size={22}
              onClick={() => copy(read.copyText, isWhole ? 'the payload' : 'the loaded part of the payload')}
            />
            <IconButton
              icon={IconDownload}
              label={PAYLOAD_WORDS.save}
              size={22}
              onClick={() => void inspector.exports.savePayload(detail)}
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
      <CompressedBar view={view} />
      {hasBytes ? (
        <PayloadBody
          bytes={bytes}
          from={expanded === null ? payloadFrom : 0}
          read={read}
          form={form}
          findSerial={findSerial}
        />
      ) : detail.payloadHeadKind === 'unknown' ? (
        <HiddenPayload view={view} />
      ) : (
        <p className={styles['noPayload']}>{PAYLOAD_WORDS.empty}</p>
      )}
      {expanded === null ? <PayloadRange view={view} image={read.image} /> : null}
    </section>
  )
}
