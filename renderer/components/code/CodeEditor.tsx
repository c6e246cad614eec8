import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { lintGutter, linter } from '@codemirror/lint'
import type { Diagnostic } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { codeBasics, languageOf } from './code-theme.ts'
import type { CodeLanguage } from './code-theme.ts'

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
}

/** Text to write. It is kept as it is, character for character: line breaks are never translated. */
export function CodeEditor(props: CodeEditorProps): ReactNode {
  const { text, onChange, language, label, hint = '', fault } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const lint = useRef(new Compartment())
  const colours = useRef(new Compartment())
  const changed = useRef(onChange)
  const first = useRef(text)

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
          lineNumbers(),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          colours.current.of([]),
          placeholder(hint),
          lint.current.of([]),
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
    const parts = languageOf(language, editor?.state.doc.length ?? 0)
    editor?.dispatch({ effects: colours.current.reconfigure(parts) })
  }, [language, label, hint])

  useEffect(() => {
    view.current?.dispatch({ effects: lint.current.reconfigure(toLint(fault)) })
  }, [fault])

  return <div ref={host} />
}

function toLint(fault: CodeFault | null): ReturnType<typeof lintGutter> {
  if (fault === null || fault.at === null) return []
  const { at, message } = fault
  const source = ({ state }: EditorView): Diagnostic[] => {
    const from = Math.min(at, state.doc.length)
    return [{ from, to: Math.min(from + 1, state.doc.length), severity: 'error', message }]
  }
  return [linter(source, { delay: 0 }), lintGutter()]
}
