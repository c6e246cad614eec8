import { openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { codeBasics, languageOf } from './code-theme.ts'
import type { CodeLanguage } from './code-theme.ts'

interface CodeViewProps {
  readonly text: string
  readonly language: CodeLanguage
  /** The accessible name. */
  readonly label: string
  /** Grows with each wish to find something: the panel for it opens. */
  readonly findSerial?: number
}

/** Text to read: only what is seen is drawn, so that a MiB costs no more than a page. */
export function CodeView({ text, language, label, findSerial = 0 }: CodeViewProps): ReactNode {
  const host = useRef<HTMLDivElement>(null)
  const shown = useRef<EditorView | null>(null)
  useEffect(() => {
    if (host.current === null) return undefined
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          codeBasics(),
          languageOf(language, text.length),
          EditorState.readOnly.of(true),
          search({ top: true }),
          keymap.of(searchKeymap),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        ],
      }),
    })
    shown.current = view
    return () => {
      shown.current = null
      view.destroy()
    }
  }, [text, language, label])
  useEffect(() => {
    if (findSerial > 0 && shown.current !== null) openSearchPanel(shown.current)
  }, [findSerial])
  return <div ref={host} />
}
