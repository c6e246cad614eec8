import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { codeBasics, languageOf } from './code-theme.ts'
import type { CodeLanguage } from './code-theme.ts'

interface CodeViewProps {
  readonly text: string
  readonly language: CodeLanguage
  /** The accessible name. */
  readonly label: string
}

/** Text to read: only what is seen is drawn, so that a MiB costs no more than a page. */
export function CodeView({ text, language, label }: CodeViewProps): ReactNode {
  const host = useRef<HTMLDivElement>(null)
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
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        ],
      }),
    })
    return () => view.destroy()
  }, [text, language, label])
  return <div ref={host} />
}
