import { LIMITS } from '../../shared/contract/limits.ts'

/** Milliseconds of a `datetime-local` value in this machine's zone; null where it is none. */
export function toDueOrNull(value: string): number | null {
  const atMs = new Date(value).getTime()
  return atMs >= 0 && atMs <= LIMITS.latestDueMs ? atMs : null
}

export function toLocalInput(atMs: number): string {
  const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000)
  return `${local.toISOString().slice(0, 16)}:00`
}
