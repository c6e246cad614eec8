/** One task as exports give it: what is known of it, and its payload in pieces, so that a payload of any size needs little memory. */
import { isUtf8 } from 'node:buffer'
import fs from 'node:fs'
import type { Stats } from 'node:fs'
import type { TaskState } from '../../contract/model.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { HEADER_BYTES, parseTaskName, readFailureRecordOrNull } from '../../queue/index.ts'
import { isMeant } from '../../queue/state-moves.ts'
import type { FileCheck } from '../../queue/state-moves.ts'
import { ForeignFileError, openRegularSync, readFullySync } from '../open-regular.ts'

/** A multiple of three: pieces in base64 join without padding between them. */
const PIECE_BYTES = 3 * 64 * 1024

export interface ExportPlace {
  readonly state: TaskState
  readonly node: string | null
  readonly name: string
  /** Which file is meant. */
  readonly check: FileCheck
}

/** Times are ISO 8601 in UTC. */
export interface ExportedFacts {
  readonly id: string
  readonly name: string
  readonly state: TaskState
  readonly node: string | null
  readonly pushedAt: string
  readonly enteredAt: string
  readonly dueAt: string | null
  readonly payloadBytes: number
  readonly attempts: number | null
  readonly error: string | null
  readonly reason: string | null
}

export class ExportedTask {
  readonly place: ExportPlace
  readonly facts: ExportedFacts
  readonly #fd: number
  #isText: boolean | undefined

  constructor(root: string, place: ExportPlace, fd: number, stats: Stats) {
    this.place = place
    this.#fd = fd
    const { state, node, name } = place
    const parsed = parseTaskName(name, state === 'in-progress' ? 'node' : 'waiting')
    const id = parsed?.originalId ?? name
    const failure = readFailureRecordOrNull(root, id)?.attempts.at(-1) ?? null
    const dueMs = Number(id.slice(0, id.indexOf('_'))) / 1000
    this.facts = {
      id,
      name,
      state,
      node,
      pushedAt: new Date(stats.mtimeMs).toISOString(),
      enteredAt: new Date(stats.ctimeMs).toISOString(),
      dueAt: state === 'scheduled' && dueMs < 8.64e15 ? new Date(dueMs).toISOString() : null,
      payloadBytes: Math.max(0, stats.size - HEADER_BYTES),
      attempts: parsed?.stamped === true ? parsed.attempts : failure === null ? null : failure.attempt,
      error: failure?.name ?? null,
      reason: failure?.message ?? null,
    }
  }

  /** The payload, exactly `payloadBytes` of it: were the file cut short meanwhile, zeros stand for what is lost. */
  *pieces(): Generator<Buffer, void, void> {
    const end = HEADER_BYTES + this.facts.payloadBytes
    for (let at = HEADER_BYTES; at < end; at += PIECE_BYTES) {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, end - at))
      readFullySync(this.#fd, piece, at)
      yield piece
    }
  }

  /** True where all of the payload is UTF-8. Reads it once. */
  get isText(): boolean {
    this.#isText ??= this.#readIsText()
    return this.#isText
  }

  #readIsText(): boolean {
    if (this.facts.payloadBytes <= PIECE_BYTES) return [...this.pieces()].every((piece) => isUtf8(piece))
    const decoder = new TextDecoder('utf-8', { fatal: true })
    try {
      for (const piece of this.pieces()) decoder.decode(piece, { stream: true })
      decoder.decode()
      return true
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause
      return false
    }
  }

  /** The payload as text: as it is where it is UTF-8, else in base64. No piece ends inside a character. */
  *textPieces(): Generator<string, void, void> {
    if (!this.isText) {
      for (const piece of this.pieces()) yield piece.toString('base64')
      return
    }
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    for (const piece of this.pieces()) yield decoder.decode(piece, { stream: true })
    yield decoder.decode()
  }

  close(): void {
    fs.closeSync(this.#fd)
  }
}

/** Null where the task has moved on, is not the one that was meant, or cannot be read. */
export function openExportedOrNull(root: string, dir: string, place: ExportPlace): ExportedTask | null {
  let opened: ReturnType<typeof openRegularSync>
  try {
    opened = openRegularSync(`${root}/${dir}/${place.name}`)
  } catch (cause) {
    if (errnoOrNull(cause) === null && !(cause instanceof ForeignFileError)) throw cause
    return null
  }
  const { fd, stats } = opened
  if (isMeant(fs.fstatSync(fd, { bigint: true }), place.check))
    return new ExportedTask(root, place, fd, stats)
  fs.closeSync(fd)
  return null
}
