import { Button, Modal, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { ErrorReport } from '../../client/error-report.ts'
import type { TaskRef, TaskRow } from '../../../shared/contract/model.ts'
import { toVisibleLine } from '../../../shared/contract/visible-text.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { toPrettyJson } from '../../components/json-pretty.ts'
import { Keys } from '../../components/Keys.tsx'
import { MOD_KEY } from '../../components/mod-key.ts'
import { Tip } from '../../components/Tip.tsx'
import type { EditView } from '../../store/inspector-state.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { EDIT_WORDS, PUSH_WORDS } from '../../words/push-words.ts'
import { PlacementField, usePlacement } from '../actions/PlacementField.tsx'
import dialogStyles from '../queue/dialogs.module.css'
import { canBeText, toEditForm, toEditText } from './edit-draft.ts'
import { OriginalField } from './OriginalField.tsx'
import type { OriginalFate } from './OriginalField.tsx'
import { readDraft } from './push-draft.ts'
import type { DraftForm } from './push-draft.ts'
import styles from './push.module.css'
import { Verdict } from './Verdict.tsx'

const CodeEditor = lazy(async () => ({
  default: (await import('../../components/code/CodeEditor.tsx')).CodeEditor,
}))
const DiffView = lazy(async () => ({
  default: (await import('../../components/code/DiffView.tsx')).DiffView,
}))

const FORMS: readonly { readonly value: DraftForm; readonly label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'text', label: 'Text' },
  { value: 'hex', label: 'Hex' },
]
const DIFF_LABELS = { before: EDIT_WORDS.before, after: EDIT_WORDS.after }

export function EditDialog(): ReactNode {
  const dialog = useInspectorState((state) => state.dialog)
  return dialog?.kind === 'edit' ? <LoadedEdit row={dialog.row} /> : null
}

function LoadedEdit({ row }: { readonly row: TaskRow }): ReactNode {
  const inspector = useInspector()
  const edit = useInspectorState((state) => state.edit)
  useEffect(() => void inspector.edits.begin(row), [inspector, row])
  const isReady = edit.task === row.ref && edit.phase === 'ready'
  return (
    <Modal opened onClose={() => inspector.showDialog(null)} title={EDIT_WORDS.title} size={900}>
      {isReady && edit.task !== null ? (
        <Editing edit={edit} task={edit.task} taskId={row.taskId} />
      ) : (
        <div className={styles['edit']} aria-busy={edit.error === null}>
          {edit.error === null ? (
            <p className={styles['hint']}>{EDIT_WORDS.loading}</p>
          ) : (
            <ErrorNote report={edit.error} onRetry={() => void inspector.edits.begin(row)} />
          )}
        </div>
      )}
    </Modal>
  )
}

interface EditingProps {
  readonly edit: EditView
  readonly task: TaskRef
  readonly taskId: string
}

/** First the editor, then what is different and what becomes of the original: nothing is sent unseen. */
function Editing({ edit, task, taskId }: EditingProps): ReactNode {
  const inspector = useInspector()
  const limitBytes = useInspectorState(({ queue }) => queue?.pushLimitBytes ?? 0)
  const isSending = useInspectorState(({ acting }) => acting === 'edit')
  const [form, setForm] = useState<DraftForm>(() => toEditForm(edit.bytes))
  const [text, setText] = useState(() => toEditText(edit.bytes, form))
  const [isCompared, setCompared] = useState(false)
  const [original, setOriginal] = useState<OriginalFate>('keep')
  const [error, setError] = useState<ErrorReport | null>(null)
  const where = usePlacement('back')
  const draft = readDraft(text, form, limitBytes)
  const { bytes } = draft
  const primary = useRef<HTMLButtonElement>(null)
  // The editor that had the focus is gone: the next step is at hand.
  useEffect(() => {
    if (isCompared) primary.current?.focus()
  }, [isCompared])
  const canSend = bytes !== null && where.placement !== null && !isSending

  async function send(): Promise<void> {
    if (bytes === null || where.placement === null || !canSend) return
    const report = await inspector.pushes.edit({ task, payload: bytes, original, placement: where.placement })
    setError(report)
    if (report === null) inspector.showDialog(null)
  }

  function goOn(): void {
    if (bytes === null) return
    if (isCompared) void send()
    else setCompared(true)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopPropagation()
    goOn()
  }

  /** What was typed in one form is read in the other where it can be; else the form stays. */
  function change(next: DraftForm): void {
    if (bytes === null || (next !== 'hex' && !canBeText(bytes))) return
    setText(toEditText(bytes, next))
    setForm(next)
  }

  return (
    // Ctrl+Enter goes on from anywhere in the dialog.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onKeyDownCapture={onKeyDown}>
      <div className={styles['edit']}>
        <p className={`fq-mono ${dialogStyles['id']}`}>{toVisibleLine(taskId)}</p>
        {isCompared && bytes !== null ? (
          <>
            <Difference before={toEditText(edit.bytes, form)} after={text} form={form} />
            <div className={styles['choices']}>
              <OriginalField value={original} onChange={setOriginal} />
              <PlacementField draft={where} kinds={['back', 'front', 'at']} />
            </div>
          </>
        ) : (
          <Editor form={form} text={text} setText={setText} change={change} draft={draft} edit={edit} />
        )}
        {error === null ? null : <ErrorNote report={error} />}
      </div>
      <div className={styles['foot']}>
        {isCompared ? (
          <Button onClick={() => setCompared(false)}>{EDIT_WORDS.back}</Button>
        ) : (
          <Button onClick={() => inspector.showDialog(null)}>Cancel</Button>
        )}
        <Button
          variant="filled"
          disabled={isCompared ? !canSend : bytes === null}
          title={bytes === null ? (draft.fault ?? draft.note) : undefined}
          loading={isSending}
          ref={primary}
          onClick={goOn}
          rightSection={<Keys keys={`${MOD_KEY} ↵`} />}
        >
          {isCompared ? EDIT_WORDS.send : EDIT_WORDS.next}
        </Button>
      </div>
    </div>
  )
}

interface EditorProps {
  readonly form: DraftForm
  readonly text: string
  readonly setText: (text: string) => void
  readonly change: (form: DraftForm) => void
  readonly draft: ReturnType<typeof readDraft>
  readonly edit: EditView
}

function Editor({ form, text, setText, change, draft, edit }: EditorProps): ReactNode {
  const [goTo, setGoTo] = useState<{ readonly at: number } | null>(null)
  const { fault, faultAt } = draft
  const marked = useMemo(() => (fault === null ? null : { at: faultAt, message: fault }), [fault, faultAt])
  const isText = canBeText(edit.bytes)
  return (
    <>
      <div className={styles['forms']}>
        <SegmentedControl
          aria-label="Edit the payload as"
          value={form}
          onChange={(value) => change(FORMS.find((one) => one.value === value)?.value ?? form)}
          data={FORMS.map(({ value, label }) => ({ value, label, disabled: value !== 'hex' && !isText }))}
        />
        {form === 'json' ? (
          <Tip label={PUSH_WORDS.formatTip}>
            <Button variant="subtle" disabled={fault !== null} onClick={() => setText(toPrettyJson(text))}>
              {PUSH_WORDS.format}
            </Button>
          </Tip>
        ) : null}
      </div>
      <div className={styles['editor']} data-bad={fault !== null || undefined}>
        <Suspense fallback={null}>
          <CodeEditor
            key={form}
            text={text}
            onChange={setText}
            language={form === 'json' ? 'json' : 'text'}
            label="Payload"
            fault={marked}
            goTo={goTo}
          />
        </Suspense>
      </div>
      <Verdict draft={draft} onGoTo={(place) => setGoTo(place)} />
    </>
  )
}

interface DifferenceProps {
  readonly before: string
  readonly after: string
  readonly form: DraftForm
}

function Difference({ before, after, form }: DifferenceProps): ReactNode {
  // A document on one line would be one difference. Literals stay as they are written.
  const isJson = form === 'json'
  const [left, right] = isJson ? [toPrettyJson(before), toPrettyJson(after)] : [before, after]
  if (before === after) return <p className={styles['hint']}>{EDIT_WORDS.same}</p>
  if (left === right) return <p className={styles['hint']}>{EDIT_WORDS.sameButSpaces}</p>
  return (
    <section aria-label="Difference">
      <div className={styles['sides']} aria-hidden>
        <span>{EDIT_WORDS.before}</span>
        <span>{EDIT_WORDS.after}</span>
      </div>
      <div className={styles['diff']}>
        <Suspense fallback={null}>
          <DiffView before={left} after={right} language={isJson ? 'json' : 'text'} labels={DIFF_LABELS} />
        </Suspense>
      </div>
      {isJson ? <p className={styles['hint']}>{EDIT_WORDS.laidOut}</p> : null}
    </section>
  )
}
