import { LIMITS } from '../../contract/limits.ts'
import { VERDICT } from './verdict.ts'

/** The tasks of which a search could not tell whether they match, and why. */
export class Unanswered {
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#places.size
  }

  note(dir: string, name: string, verdict: number): void {
    const place = `${dir}/${name}`
    if (verdict !== VERDICT.unreadable && verdict !== VERDICT.cut && verdict !== VERDICT.slow) {
      if (this.#places.size > 0) this.#places.delete(place)
      return
    }
    this.#places.set(place, verdict)
  }

  forget(dir: string, name: string): void {
    if (this.#places.size > 0) this.#places.delete(`${dir}/${name}`)
  }

  /** Null where everything was answered. */
  words(): string | null {
    if (this.#places.size === 0) return null
    const counts = new Map<number, number>()
    for (const verdict of this.#places.values()) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
    const say = (verdict: number, words: string): string => {
      const count = counts.get(verdict) ?? 0
      return count === 0 ? '' : `${count} ${count === 1 ? 'task' : 'tasks'} ${words}.`
    }
    return [
      say(VERDICT.cut, `could be searched in the first ${LIMITS.searchedBytes / 1024 ** 2} MiB only`),
      say(VERDICT.unreadable, 'could not be read'),
      say(VERDICT.slow, 'took longer than a second and were given up'),
    ]
      .filter((words) => words !== '')
      .join(' ')
  }
}
