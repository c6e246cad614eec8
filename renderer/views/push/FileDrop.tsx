import { Button } from '@mantine/core'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { formatBytes } from '../../components/format.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'
import type { DroppedFile } from '../../store/lab-draft.ts'
import styles from './push.module.css'

interface FileDropProps {
  readonly files: readonly DroppedFile[]
  readonly onFiles: (files: Iterable<File>) => void
}

/** Files as payloads; a drop anywhere on the dialog comes here too. */
export function FileDrop({ files, onFiles }: FileDropProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className={styles['drop']}>
      <p>{PUSH_WORDS.dropFiles}</p>
      <Button onClick={() => input.current?.click()}>{PUSH_WORDS.chooseFiles}</Button>
      <input
        ref={input}
        type="file"
        multiple
        aria-label={PUSH_WORDS.chooseFiles}
        className="fq-hidden"
        tabIndex={-1}
        onChange={({ currentTarget }) => onFiles(currentTarget.files ?? [])}
      />
      {files.length === 0 ? null : (
        <ul className={styles['files']} aria-label={PUSH_WORDS.files}>
          {files.map(({ name, bytes }, at) => (
            // Two files may bear one name.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${at} ${name}`}>
              <span>{toVisibleLine(name)}</span>
              <span className={styles['bytes']}>{formatBytes(bytes.length)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
