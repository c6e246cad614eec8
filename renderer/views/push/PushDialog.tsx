import { Button, Modal, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { DragEvent, KeyboardEvent, ReactNode } from 'react'
import { toErrorReport } from '../../client/error-report.ts'
import type { ErrorReport } from '../../client/error-report.ts'
import { ErrorNote } from '../../components/ErrorNote.tsx'
import { countOf } from '../../components/format.ts'
import { toPrettyJson } from '../../components/json-pretty.ts'
import { Keys } from '../../components/Keys.tsx'
import { MOD_KEY } from '../../components/mod-key.ts'
import { Tip } from '../../components/Tip.tsx'
import { isEmptyLab } from '../../store/lab-draft.ts'
import type { LabForm } from '../../store/lab-draft.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'
import { readFiles } from './dropped-files.ts'
import { FileDrop } from './FileDrop.tsx'
import { PushOptions } from './PushOptions.tsx'
import styles from './push.module.css'
import { Verdict } from './Verdict.tsx'
import { usePushLab } from './use-push-lab.ts'
import type { PushLab } from './use-push-lab.ts'

const CodeEditor = lazy(async () => ({
  default: (await import('../../components/code/CodeEditor.tsx')).CodeEditor,
}))

const FORMS: readonly { readonly value: LabForm; readonly label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'text', label: 'Text' },
  { value: 'hex', label: 'Hex' },
  { value: 'files', label: PUSH_WORDS.files },
]
const PLACEHOLDERS = {
  json: '{"kind": "email", "to": "someone@example.com"}',
  text: 'Any text; line breaks are kept.',
  hex: 'de ad be ef',
} as const

/** Tasks to try a queue with: one or a hundred thousand, now or at a time, at once or at a rate. */
export function PushDialog(): ReactNode {
  const inspector = useInspector()
  const limitBytes = useInspectorState(({ queue }) => queue?.pushLimitBytes ?? 0)
  const isPushing = useInspectorState(({ acting }) => acting === 'push')
  const lab = usePushLab(limitBytes)
  const [error, setError] = useState<ErrorReport | null>(null)
  const [goTo, setGoTo] = useState<{ readonly at: number } | null>(null)
  const { order, count, isLater, setForm, setFiles } = lab
  const close = (): void => inspector.showDialog(null)

  async function push(): Promise<void> {
    if (order === null || isPushing) return
    const report = await inspector.pushes.push(order)
    setError(report)
    if (report === null) close()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopPropagation()
    void push()
  }

  async function takeFiles(files: Iterable<File>): Promise<void> {
    try {
      setFiles(await readFiles(files))
      setForm('files')
      setError(null)
    } catch (cause) {
      setError({ ...toErrorReport(cause), message: 'A file could not be read. Folders cannot be pushed.' })
    }
  }

  function onDrop(event: DragEvent): void {
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void takeFiles(event.dataTransfer.files)
  }

  const verb = isLater ? 'Schedule' : 'Push'
  return (
    <Modal opened onClose={close} title={PUSH_WORDS.title} size={900} onKeyDownCapture={onKeyDown}>
      <div
        className={styles['lab']}
        onDragOver={(event) => event.preventDefault()}
        onDrop={onDrop}
        role="presentation"
      >
        <div className={styles['write']}>
          <FormRow lab={lab} />
          {lab.form === 'files' ? (
            <FileDrop files={lab.files} onFiles={(files) => void takeFiles(files)} />
          ) : (
            <Editor lab={lab} form={lab.form} goTo={goTo} />
          )}
          <Verdict
            draft={{ ...lab.draft, fault: lab.draft.fault ?? lab.fault }}
            onGoTo={(place) => setGoTo(place)}
          />
          <Preview lab={lab} />
          {error === null ? null : <ErrorNote report={error} />}
        </div>
        <PushOptions lab={lab} />
      </div>
      <div className={styles['foot']}>
        <ClearButton />
        <Button onClick={close}>Cancel</Button>
        <Button
          variant="filled"
          disabled={order === null}
          title={order === null ? (lab.draft.fault ?? lab.fault ?? lab.draft.note) : undefined}
          loading={isPushing}
          onClick={() => void push()}
          rightSection={<Keys keys={`${MOD_KEY} ↵`} />}
        >
          {count === 1 ? `${verb} task` : `${verb} ${countOf(count, 'task')}`}
        </Button>
      </div>
    </Modal>
  )
}

/** The way to throw a draft away: to close the dialog is none. */
function ClearButton(): ReactNode {
  const inspector = useInspector()
  const isEmpty = useInspectorState(({ lab }) => isEmptyLab(lab))
  if (isEmpty) return null
  return (
    <Button variant="subtle" className={styles['clear']} onClick={() => inspector.pushes.clear()}>
      {PUSH_WORDS.clear}
    </Button>
  )
}

function FormRow({ lab }: { readonly lab: PushLab }): ReactNode {
  const { form, setForm, text, setText, draft } = lab
  return (
    <div className={styles['forms']}>
      <SegmentedControl
        aria-label="Write the payload as"
        value={form}
        onChange={(value) => setForm(FORMS.find((one) => one.value === value)?.value ?? 'json')}
        data={[...FORMS]}
      />
      {form === 'json' && text !== '' ? (
        <Tip label={PUSH_WORDS.formatTip}>
          <Button
            variant="subtle"
            disabled={draft.fault !== null || lab.template.isUsed}
            onClick={() => setText(toPrettyJson(text))}
          >
            {PUSH_WORDS.format}
          </Button>
        </Tip>
      ) : null}
    </div>
  )
}

interface EditorProps {
  readonly lab: PushLab
  readonly form: Exclude<LabForm, 'files'>
  readonly goTo: { readonly at: number } | null
}

function Editor({ lab, form, goTo }: EditorProps): ReactNode {
  const { text, setText, draft } = lab
  const { fault, faultAt } = draft
  const marked = useMemo(() => (fault === null ? null : { at: faultAt, message: fault }), [fault, faultAt])
  return (
    <div className={styles['editor']} data-bad={fault !== null || undefined}>
      <Suspense fallback={null}>
        <CodeEditor
          text={text}
          onChange={setText}
          language={form === 'json' ? 'json' : 'text'}
          label="Payload"
          hint={PLACEHOLDERS[form]}
          fault={marked}
          goTo={goTo}
        />
      </Suspense>
    </div>
  )
}

/** Of a template, what comes of it. */
function Preview({ lab }: { readonly lab: PushLab }): ReactNode {
  const { template } = lab
  if (!template.isUsed || template.fault !== null) return null
  return (
    <section className={styles['preview']} aria-label={PUSH_WORDS.preview}>
      <h3>{PUSH_WORDS.preview}</h3>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{template.first}</pre>
    </section>
  )
}
