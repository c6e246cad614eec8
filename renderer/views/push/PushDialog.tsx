import { Button, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { ErrorReport } from '../../client/error-report.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { formatBytes, formatExactTime } from '../../components/format.ts'
import { Keys } from '../../components/Keys.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { MOD_KEY } from '../../components/mod-key.ts'
import { readDraft, toDueOrNull, toLocalInput } from './push-draft.ts'
import type { Draft, DraftForm } from './push-draft.ts'
import styles from './push.module.css'

const FORMS: readonly { readonly value: DraftForm; readonly label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'text', label: 'Text' },
  { value: 'hex', label: 'Hex' },
]
const WHENS = [
  { value: 'now', label: 'Now' },
  { value: 'later', label: 'At a time' },
]
const PLACEHOLDERS: Readonly<Record<DraftForm, string>> = {
  json: '{"kind": "email", "to": "someone@example.com"}',
  text: 'Any text; line breaks are kept.',
  hex: 'de ad be ef',
}
const FIRST_DELAY_MS = 10 * 60_000

export function PushDialog(): ReactNode {
  const inspector = useInspector()
  const limitBytes = useInspectorState(({ queue }) => queue?.pushLimitBytes ?? 0)
  const [form, setForm] = useState<DraftForm>('json')
  const [text, setText] = useState('')
  const [isLater, setLater] = useState(false)
  const [due, setDue] = useState(() => toLocalInput(Date.now() + FIRST_DELAY_MS))
  const [isPushing, setPushing] = useState(false)
  const [error, setError] = useState<ErrorReport | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const draft = readDraft(text, form, limitBytes)
  const dueAtMs = isLater ? toDueOrNull(due) : null
  const canPush = draft.bytes !== null && (!isLater || dueAtMs !== null) && !isPushing
  const close = (): void => inspector.showDialog(null)

  async function push(): Promise<void> {
    if (draft.bytes === null || !canPush) return
    setPushing(true)
    const report = await inspector.push(draft.bytes, dueAtMs)
    setPushing(false)
    setError(report)
    if (report === null) close()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void push()
  }

  return (
    <Modal opened onClose={close} title="Push a task" size={640} onKeyDown={onKeyDown}>
      <div className={styles['body']}>
        <SegmentedControl
          aria-label="Write the payload as"
          value={form}
          onChange={(value) => setForm(FORMS.find((one) => one.value === value)?.value ?? 'json')}
          data={[...FORMS]}
        />
        <textarea
          ref={field}
          className={styles['editor']}
          aria-label="Payload"
          aria-invalid={draft.fault !== null}
          placeholder={PLACEHOLDERS[form]}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <output className={styles['verdict']} data-bad={draft.fault !== null || undefined}>
          <FaultLine draft={draft} onShow={(at) => showFault(field.current, at)} />
          <span className={styles['bytes']}>{draft.size === null ? '' : formatBytes(draft.size)}</span>
        </output>
        <WhenField isLater={isLater} setLater={setLater} due={due} setDue={setDue} />
        {error === null ? null : <ErrorNote report={error} />}
      </div>
      <div className={styles['foot']}>
        <Button onClick={close}>Cancel</Button>
        <Button
          variant="filled"
          disabled={!canPush}
          loading={isPushing}
          onClick={() => void push()}
          rightSection={<Keys keys={`${MOD_KEY} ↵`} />}
        >
          {isLater ? 'Schedule task' : 'Push task'}
        </Button>
      </div>
    </Modal>
  )
}

interface FaultLineProps {
  readonly draft: Draft
  readonly onShow: (at: number) => void
}

/** What is wrong and where; a click leads to it. */
function FaultLine({ draft, onShow }: FaultLineProps): ReactNode {
  const { fault, faultAt } = draft
  if (fault === null) return <span />
  if (faultAt === null) return <span>{fault}</span>
  return (
    <button type="button" className={styles['fault']} onClick={() => onShow(faultAt)}>
      {fault}
    </button>
  )
}

function showFault(field: HTMLTextAreaElement | null, at: number): void {
  field?.focus()
  field?.setSelectionRange(at, at + 1)
}

interface WhenFieldProps {
  readonly isLater: boolean
  readonly setLater: (isLater: boolean) => void
  readonly due: string
  readonly setDue: (due: string) => void
}

function WhenField({ isLater, setLater, due, setDue }: WhenFieldProps): ReactNode {
  const nowMs = useNow()
  const dueAtMs = toDueOrNull(due)
  return (
    <div className={styles['when']}>
      <SegmentedControl
        aria-label="When"
        value={isLater ? 'later' : 'now'}
        onChange={(value) => setLater(value === 'later')}
        data={WHENS}
      />
      {isLater ? (
        <>
          <TextInput
            type="datetime-local"
            step={1}
            aria-label="Due at"
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <span className={styles['hint']}>
            {dueAtMs === null
              ? 'Choose a date and a time.'
              : dueAtMs < nowMs
                ? 'In the past: due at once.'
                : `Not before ${formatExactTime(dueAtMs)}`}
          </span>
        </>
      ) : (
        <span className={styles['hint']}>Goes to the back of pending.</span>
      )}
    </div>
  )
}
