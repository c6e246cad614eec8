/** The formats of exports: what each makes of a task, piece by piece. */
import type { ExportedFacts, ExportedTask } from './exported-task.ts'
import { toSafeFileName } from './safe-file-name.ts'
import { toTarHeader, toTarPadding, TAR_END } from './tar.ts'

export interface ExportFormat {
  readonly head: Buffer
  readonly tail: Buffer
  toPieces(task: ExportedTask): Generator<Buffer, void, void>
}

const EMPTY = Buffer.alloc(0)
const NEWLINE = Buffer.from('\n')

/** One JSON object per line. `payload` is text where `encoding` is utf-8, else base64. */
const JSON_LINES: ExportFormat = {
  head: EMPTY,
  tail: EMPTY,
  *toPieces(task) {
    const encoding = task.isText ? 'utf-8' : 'base64'
    const facts = JSON.stringify({ ...task.facts, encoding })
    yield Buffer.from(`${facts.slice(0, -1)},"payload":"`)
    for (const text of task.textPieces()) yield Buffer.from(JSON.stringify(text).slice(1, -1))
    yield Buffer.from('"}')
    yield NEWLINE
  },
}

const CSV_COLUMNS = [
  ['id', 'id'],
  ['name', 'name'],
  ['state', 'state'],
  ['node', 'node'],
  ['pushedAt', 'pushed_at'],
  ['enteredAt', 'entered_at'],
  ['dueAt', 'due_at'],
  ['payloadBytes', 'payload_bytes'],
  ['attempts', 'attempts'],
  ['error', 'error'],
  ['reason', 'reason'],
] as const satisfies readonly (readonly [keyof ExportedFacts, string])[]

/** What makes a spreadsheet take a cell for a formula. */
const RUNS_IN_A_SPREADSHEET = /^[=+\-@\t\r\n]/

/** A cell by RFC 4180, quoted where needed; one that a spreadsheet would run has an apostrophe in front. */
export function toCsvCell(text: string): string {
  const safe = RUNS_IN_A_SPREADSHEET.test(text) ? `'${text}` : text
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** By RFC 4180, with a line of names, in UTF-8. `payload` is text where `encoding` is utf-8, else base64. */
const CSV: ExportFormat = {
  head: Buffer.from(`${[...CSV_COLUMNS.map(([, title]) => title), 'encoding', 'payload'].join(',')}\r\n`),
  tail: EMPTY,
  *toPieces(task) {
    const cells = CSV_COLUMNS.map(([key]) => toCsvCell(String(task.facts[key] ?? '')))
    yield Buffer.from(`${cells.join(',')},${task.isText ? 'utf-8' : 'base64'},"`)
    let isFirst = true
    for (const text of task.textPieces()) {
      if (isFirst && RUNS_IN_A_SPREADSHEET.test(text)) yield Buffer.from("'")
      if (text !== '') isFirst = false
      yield Buffer.from(text.replaceAll('"', '""'))
    }
    yield Buffer.from('"\r\n')
  },
}

/** The payloads as files in a folder per state and node: `pending/1795….json`. */
export function toExportedPath(task: ExportedTask): string[] {
  const { state, node, name } = task.place
  const folders = node === null ? [state] : [state, toSafeFileName(node)]
  return [...folders, toSafeFileName(`${name}.${toExtension(task)}`)]
}

function toExtension(task: ExportedTask): string {
  if (!task.isText) return 'bin'
  const first = task.textPieces().next().value ?? ''
  return /^\s*[{[]/.test(first) ? 'json' : 'txt'
}

const TAR: ExportFormat = {
  head: EMPTY,
  tail: TAR_END,
  *toPieces(task) {
    const { payloadBytes, pushedAt } = task.facts
    yield toTarHeader(toExportedPath(task), payloadBytes, Date.parse(pushedAt))
    yield* task.pieces()
    yield toTarPadding(payloadBytes)
  },
}

export const EXPORT_FORMATS = { jsonl: JSON_LINES, csv: CSV, tar: TAR } as const
