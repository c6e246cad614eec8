import path from 'node:path'
import type { Disk, SeenFile } from './disk.ts'

/** Names looked at before the clock is read, and at once where the disk is slow. */
const BATCH = 32
/** A local disk answers in a few µs; above this mean the thread must not wait for it. */
const SLOW_MS_PER_NAME = 0.5

/**
 * Looks at single names: in place where the disk answers at once, through the thread pool once it was slow, so that the
 * thread goes on to serve.
 */
export class NameLooker {
  readonly #disk: Disk
  #isSlow = false
  /** True: never wait in place, another machine may be what does not answer. */
  isRemote = false

  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** What lies under each name of `dir`, null where nothing does. */
  async look(dir: string, names: readonly string[]): Promise<(SeenFile | null)[]> {
    const seen: (SeenFile | null)[] = []
    while (seen.length < names.length) {
      const batch = names.slice(seen.length, seen.length + BATCH).map((name) => path.join(dir, name))
      const startedAt = performance.now()
      if (this.#isSlow || this.isRemote)
        seen.push(...(await Promise.all(batch.map((file) => this.#disk.see(file)))))
      else for (const file of batch) seen.push(this.#disk.seeNow(file))
      const tookMs = performance.now() - startedAt
      // A thread that was not run for a moment looks like a slow disk too: the next good batch tells otherwise.
      this.#isSlow = tookMs > SLOW_MS_PER_NAME * BATCH
    }
    return seen
  }
}
