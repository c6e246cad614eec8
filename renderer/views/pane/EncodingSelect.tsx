import type { ReactNode } from 'react'
import { PAYLOAD_WORDS } from '../../words/payload-words.ts'
import { ENCODING_WORDS, ENCODINGS } from './payload-encoding.ts'
import type { Encoding } from './payload-encoding.ts'
import styles from './pane.module.css'

interface EncodingSelectProps {
  readonly value: Encoding
  readonly onChange: (encoding: Encoding) => void
}

export function EncodingSelect({ value, onChange }: EncodingSelectProps): ReactNode {
  return (
    <select
      className={styles['encoding']}
      aria-label={PAYLOAD_WORDS.encoding}
      value={value}
      onChange={({ currentTarget }) =>
        onChange(ENCODINGS.find((one) => one === currentTarget.value) ?? 'utf-8')
      }
    >
      {ENCODINGS.map((encoding) => (
        <option key={encoding} value={encoding}>
          {ENCODING_WORDS[encoding]}
        </option>
      ))}
    </select>
  )
}
