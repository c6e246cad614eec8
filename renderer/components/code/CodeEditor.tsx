import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Compartment, EditorState } from '@codemirror/state'
import type { Extension } from '@codemirror/state'
import { Decoration, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { codeBasics, languageOf } from './code-theme.ts'
import type { CodeLanguage } from './code-theme.ts'
import styles from './code-editor.module.css'

export interface CodeFault {
  /** Offset in the text, from 0; null where it is no one place. */
  readonly at: number | null
  readonly message: string
}

interface CodeEditorProps {
  /** What it begins with, and what it is set to from outside. */
  readonly text: string
  readonly onChange: (text: string) => void
  readonly language: CodeLanguage
  readonly label: string
  readonly hint?: string
  /** Marked where it is. */
  readonly fault: CodeFault | null
  /** A new one leads the caret there. */
  readonly goTo: { readonly at: number } | null
}

/** Text to write. It is kept as it is, character for character: line breaks are never translated. */
export function CodeEditor(props: CodeEditorProps): ReactNode {
  const { text, onChange, language, label, hint = '', fault, goTo } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const mark = useRef(new Compartment())
  const colours = useRef(new Compartment())
  const changed = useRef(onChange)
  const first = useRef(text)
  const latestLanguage = useRef(language)

  useEffect(() => {
    changed.current = onChange
  }, [onChange])

  useEffect(() => {
    if (host.current === null) return undefined
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          // Without it a lone carriage return would be taken for a line's end, and lost.
          EditorState.lineSeparator.of('\n'),
          codeBasics(),
          FILLS_ITS_BOX,
          lineNumbers(),
          history(),
          REPLACED_HERE,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          colours.current.of(languageOf(latestLanguage.current, first.current.length)),
          placeholder(hint),
          mark.current.of([]),
          EditorView.contentAttributes.of({
            'aria-label': label,
            'data-autofocus': 'true',
            spellcheck: 'false',
          }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) changed.current(state.sliceDoc())
          }),
        ],
      }),
    })
    view.current = editor
    editor.focus()
    return () => {
      first.current = editor.state.sliceDoc()
      view.current = null
      editor.destroy()
    }
  }, [label, hint])

  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.sliceDoc() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    const editor = view.current
    latestLanguage.current = language
    const parts = languageOf(language, editor?.state.doc.length ?? 0)
    editor?.dispatch({ effects: colours.current.reconfigure(parts) })
  }, [language])

  useEffect(() => {
    const editor = view.current
    editor?.dispatch({ effects: mark.current.reconfigure(toMark(fault, editor.state)) })
  }, [fault])

  useEffect(() => {
    const editor = view.current
    if (goTo === null || editor === null) return
    editor.dispatch({
      selection: { anchor: Math.min(goTo.at, editor.state.doc.length) },
      scrollIntoView: true,
    })
    editor.focus()
  }, [goTo])

  return <div ref={host} className={styles['host']} />
}

/** A click anywhere in the box writes there: the text reaches to its edges, however little it is. */
const FILLS_ITS_BOX = EditorView.theme({
  '&': { height: '100%' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-content, .cm-gutter': { minHeight: '100%' },
})

/**
 * Text that is typed over coloured text: the browser would keep the colour by a style attribute, which the page's policy
 * forbids. So the editor replaces it, not the browser.
 */
const REPLACED_HERE = EditorView.domEventHandlers({
  beforeinput(event, editor) {
    const { inputType, data, isComposing } = event
    if (inputType !== 'insertText' || data === null || isComposing) return false
    if (editor.state.selection.main.empty) return false
    editor.dispatch(editor.state.replaceSelection(data), { scrollIntoView: true, userEvent: 'input.type' })
    event.preventDefault()
    return true
  },
})

const FAULT_MARK = Decoration.mark({ class: 'cm-fault' })
/** At the end of the text there is no character to be marked. */
const FAULT_LINE = Decoration.line({ class: 'cm-fault-line' })

/** Own decorations: those of @codemirror/lint set style attributes, which the page's policy forbids. */
function toMark(fault: CodeFault | null, { doc }: EditorState): Extension {
  if (fault?.at === undefined || fault.at === null) return []
  const from = Math.min(fault.at, doc.length)
  const line = doc.lineAt(from)
  const marks = from < line.to ? [FAULT_MARK.range(from, from + 1)] : []
  return EditorView.decorations.of(Decoration.set([FAULT_LINE.range(line.from), ...marks]))
}
