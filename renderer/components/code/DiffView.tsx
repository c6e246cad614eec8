import { MergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { codeBasics, languageOf } from './code-theme.ts'
import type { CodeLanguage } from './code-theme.ts'

/** A difference that takes longer is shown in coarser pieces. */
const DIFF_LIMIT = { scanLimit: 800, timeout: 500 }

interface DiffViewProps {
  readonly before: string
  readonly after: string
  readonly language: CodeLanguage
  readonly labels: { readonly before: string; readonly after: string }
}

/** Two texts side by side, with what is different; what is the same is folded. */
export function DiffView({ before, after, language, labels }: DiffViewProps): ReactNode {
  const host = useRef<HTMLDivElement>(null)
  const { before: beforeLabel, after: afterLabel } = labels
  useEffect(() => {
    if (host.current === null) return undefined
    const side = (doc: string, label: string): { doc: string; extensions: Extension } => ({
      doc,
      extensions: [
        EditorState.lineSeparator.of('\n'),
        codeBasics(),
        languageOf(language, doc.length),
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
      ],
    })
    const view = new MergeView({
      parent: host.current,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      diffConfig: DIFF_LIMIT,
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: false,
    })
    return () => view.destroy()
  }, [before, after, language, beforeLabel, afterLabel])
  return <div ref={host} />
}
