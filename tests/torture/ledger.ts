/**
 * What the actors of the torture saw, one line per event in a file of each actor's own, outside the queue. Written right after the
 * queue's answer, so a kill in between leaves an effect without a line, never a line without an effect.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'

/** `stalled`: the machine did not let the actor run; the note is for how long, µs. */
export type LedgerVerb =
  | 'pushed'
  | 'started'
  | 'done'
  | 'failed'
  | 'released'
  | 'refused'
  | 'problem'
  | 'stalled'

export interface LedgerLine {
  readonly atUs: number
  readonly actor: string
  readonly verb: LedgerVerb
  readonly id: string
  /** Checksum of the payload, or an error's code. */
  readonly note: string
}

export class Ledger {
  readonly #fd: number

  constructor(file: string) {
    this.#fd = fs.openSync(file, 'a')
  }

  write(verb: LedgerVerb, id: string, note: string): void {
    fs.writeSync(this.#fd, `${JSON.stringify([nowUs(), verb, id, note])}\n`)
  }
}

/** Monotonic µs that all processes of this boot share. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

export function checksum(data: Uint8Array): string {
  return createHash('md5').update(data).digest('hex')
}

/** All lines of all actors, in the order of their times. A torn last line belongs to a killed actor and is left out. */
export function readLedgers(dir: string): LedgerLine[] {
  const lines = fs.readdirSync(dir).flatMap((file) => {
    const actor = file.slice(0, file.indexOf('.'))
    return fs
      .readFileSync(`${dir}/${file}`, 'utf8')
      .split('\n')
      .flatMap((line) => toLineOrNull(line, actor) ?? [])
  })
  return lines.toSorted((a, b) => a.atUs - b.atUs)
}

function toLineOrNull(line: string, actor: string): LedgerLine | null {
  if (!line.startsWith('[') || !line.endsWith(']')) return null
  const [atUs, verb, id, note] = JSON.parse(line) as [number, LedgerVerb, string, string]
  return { atUs, actor, verb, id, note }
}
