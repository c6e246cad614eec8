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
  { tag: tags.propertyName, color: 'var(--fq-code-key)' },
  { tag: tags.string, color: 'var(--fq-code-string)' },
  { tag: tags.number, color: 'var(--fq-code-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--fq-code-word)' },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: 'var(--fq-text-faint)' },
])

const THEME = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--fq-text)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--fq-mono)', lineHeight: '18px' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--fq-text)' },
  '.cm-line': { padding: '0 14px' },
  '.cm-cursor': { borderLeftColor: 'var(--fq-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--fq-text-faint)',
    border: '0',
    fontSize: '11px',
  },
  '.cm-fault': {
    backgroundColor: 'color-mix(in srgb, var(--fq-failed) 26%, transparent)',
    borderRadius: '2px',
  },
  '.cm-fault-line': { boxShadow: 'inset 2px 0 0 var(--fq-failed)' },
  '.cm-placeholder': { color: 'var(--fq-text-faint)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'light-dark(#cfe0fb, #2f4c78)',
  },
  '.cm-panels': {
    backgroundColor: 'var(--fq-raised)',
    color: 'var(--fq-text)',
    borderColor: 'var(--fq-line)',
  },
  '.cm-textfield': {
    backgroundColor: 'var(--fq-surface)',
    color: 'var(--fq-text)',
    border: '1px solid var(--fq-line-strong)',
    borderRadius: '4px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--fq-raised)',
    color: 'var(--fq-text)',
    border: '1px solid var(--fq-line-strong)',
    borderRadius: '4px',
  },
  '.cm-searchMatch': { backgroundColor: 'light-dark(#ffe08a, #6a5517)' },
  '.cm-searchMatch-selected': { backgroundColor: 'light-dark(#ffb84d, #9a6a10)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--fq-raised)',
    color: 'var(--fq-text)',
    border: '1px solid var(--fq-line-strong)',
  },
  '.cm-changedText': { background: 'none', backgroundColor: 'light-dark(#b8e6c4, #1f5632)' },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'none',
    backgroundColor: 'light-dark(#f9c9cb, #6b2529)',
  },
  '.cm-changedLine': { backgroundColor: 'light-dark(#eefaf1, #17271c)' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'light-dark(#fdf0f0, #2c191a)' },
  '.cm-collapsedLines': {
    background: 'none',
    backgroundColor: 'var(--fq-hover)',
    color: 'var(--fq-text-soft)',
  },
  // Its own sign is in no font that we have.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯"', margin: '0 6px' },
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
