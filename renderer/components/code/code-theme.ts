import { json } from '@codemirror/lang-json'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { readStyleNonce } from '../../client/style-nonce.ts'

export type CodeLanguage = 'json' | 'text'

/** Longer texts are shown without colours: parsing them would cost more than it tells. */
const MAX_COLOURED_CHARS = 1024 * 1024

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'light-dark(#1f4f96, #9cc4f7)' },
  { tag: tags.string, color: 'light-dark(#2c6a3f, #9fd5ab)' },
  { tag: tags.number, color: 'light-dark(#8f4a12, #efb37e)' },
  { tag: [tags.bool, tags.null], color: 'light-dark(#7042c9, #c3adf8)' },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: 'var(--fq-text-faint)' },
])

const THEME = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--fq-text)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--fq-mono)', lineHeight: '18px' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--fq-text)' },
  '.cm-line': { padding: '0 14px' },
  '.cm-cursor': { borderLeftColor: 'var(--fq-text)' },
})

export function codeBasics(): Extension {
  return [
    THEME,
    syntaxHighlighting(COLOURS),
    EditorView.lineWrapping,
    EditorView.cspNonce.of(readStyleNonce()),
  ]
}

export function languageOf(language: CodeLanguage, chars: number): Extension {
  return language === 'json' && chars <= MAX_COLOURED_CHARS ? json() : []
}
