import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes, formatCount } from '../../components/format.ts'
import { Progress } from '../../components/Progress.tsx'
import { LIMITS } from '../../../shared/contract/limits.ts'
import type { DetailView } from '../../store/inspector-state.ts'
import { useInspector } from '../../store/use-inspector.ts'
import { PAYLOAD_WORDS } from '../../words/payload-words.ts'
import type { ImageType } from './payload-kinds.ts'
import styles from './pane.module.css'

interface PayloadRangeProps {
  readonly view: DetailView
  /** What the whole would be; null: no image. */
  readonly image: ImageType | null
}

/** Which part is shown of a payload that is larger than what is read at once, and the way to the rest. */
export function PayloadRange({ view, image }: PayloadRangeProps): ReactNode {
  const inspector = useInspector()
  const { detail, payload, payloadFrom, loadingPayload, loadingImage, payloadError } = view
  if (detail === null || payload.length === 0) return null
  const { payloadBytes } = detail
  const end = payloadFrom + payload.length
  const isDrawn = image !== null && payloadBytes <= LIMITS.imageBytes
  if (payloadFrom === 0 && end >= payloadBytes) return null
  return (
    <div className={styles['more']}>
      <span>
        {payloadFrom === 0
          ? `The first ${formatBytes(payload.length)} of ${formatBytes(payloadBytes)}`
          : `Bytes ${formatCount(payloadFrom)} to ${formatCount(end - 1)} of ${formatBytes(payloadBytes)}`}
      </span>
      <span className={styles['moreButtons']}>
        {payloadFrom > 0 ? (
          <Button variant="subtle" onClick={() => void inspector.payload.jumpTo(0)}>
            {PAYLOAD_WORDS.fromStart}
          </Button>
        ) : null}
        <GoTo payloadBytes={payloadBytes} />
        {end < payloadBytes && loadingImage === null ? (
          <>
            <Button
              variant={isDrawn ? 'subtle' : 'default'}
              loading={loadingPayload}
              onClick={() => void inspector.payload.loadMore()}
            >
              {PAYLOAD_WORDS.loadMore}
            </Button>
            {isDrawn ? (
              <Button disabled={loadingPayload} onClick={() => void inspector.payload.loadImage()}>
                {PAYLOAD_WORDS.loadImage}
              </Button>
            ) : null}
          </>
        ) : null}
      </span>
      {image !== null && !isDrawn ? (
        <p className={styles['wholeRow']}>{PAYLOAD_WORDS.imageTooLarge(formatBytes(LIMITS.imageBytes))}</p>
      ) : null}
      {loadingImage === null ? null : <ImageProgress {...loadingImage} />}
      {payloadError === null ? null : <ErrorNote report={payloadError} />}
    </div>
  )
}

function ImageProgress({ done, total }: { readonly done: number; readonly total: number }): ReactNode {
  const inspector = useInspector()
  return (
    <div className={styles['imageProgress']}>
      <span>
        {PAYLOAD_WORDS.loadingImage}: {formatBytes(done)} of {formatBytes(total)}
      </span>
      <Button variant="subtle" onClick={() => inspector.payload.cancelLoading()}>
        {PAYLOAD_WORDS.cancel}
      </Button>
      <Progress part={done / total} label={PAYLOAD_WORDS.loadingImage} />
    </div>
  )
}

function GoTo({ payloadBytes }: { readonly payloadBytes: number }): ReactNode {
  const inspector = useInspector()
  const [text, setText] = useState('')
  const offset = toOffsetOrNull(text, payloadBytes)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (offset !== null) void inspector.payload.jumpTo(offset)
      }}
    >
      <TextInput
        className={styles['goTo']}
        aria-label={`${PAYLOAD_WORDS.goTo}. ${PAYLOAD_WORDS.goToHint}`}
        placeholder={PAYLOAD_WORDS.goTo}
        title={PAYLOAD_WORDS.goToHint}
        error={text !== '' && offset === null}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  )
}

/** Down to a multiple of 16, as a hex view is read. */
function toOffsetOrNull(text: string, payloadBytes: number): number | null {
  const digits = text.replaceAll(/[\s,_]/g, '')
  if (!/^(?:\d+|0x[\da-f]+)$/i.test(digits)) return null
  const offset = Number(digits)
  return offset < payloadBytes ? offset - (offset % 16) : null
}
