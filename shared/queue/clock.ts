/**
 * Time, and the one clock that all processes of a machine share for one queue.
 *
 * Ids are `offset + monotonic time`. The offset lives in the root file `.fq-clock-<boot id>`, an append-only list of
 * `<offset>@<monotonic time of its making>;` of which the largest offset counts: an append never undoes another process's, and a
 * reader only looks at what was added since it last looked. So an id made after another one was published is larger, in whatever process, whatever the wall clock does meanwhile.
 */
import fs from 'node:fs'
import { bootId } from './machine.ts'

/** Where time comes from; both in whole microseconds. Injected by tests. */
export interface Clock {
  /** Time of day, µs since 1970. May jump. */
  wallUs(): number
  /** µs since any fixed moment that all processes of this boot share. Never goes back. */
  monotonicUs(): number
}

/** performance.now() costs a third of hrtime.bigint(), and counts on the same clock from another zero: this is that zero, µs. */
const ZERO_US = measureZeroUs()

export const systemClock: Clock = {
  wallUs: () => Date.now() * 1000,
  monotonicUs: () => Math.floor(ZERO_US + performance.now() * 1000),
}

/** The narrowest of a few tries: all processes must agree on it to the microsecond or so. */
function measureZeroUs(): number {
  let best = { zeroUs: 0, widthNs: Number.POSITIVE_INFINITY }
  for (let i = 0; i < 20; i++) {
    const before = process.hrtime.bigint()
    const nowMs = performance.now()
    const widthNs = Number(process.hrtime.bigint() - before)
    if (widthNs < best.widthNs)
      best = { zeroUs: (Number(before) + widthNs / 2) / 1000 - nowMs * 1000, widthNs }
  }
  return best.zeroUs
}

/** An id this far ahead of the clock is somebody's mistake: it is reported, and new ids do not follow it. */
export const MAX_AHEAD_US = 24 * 3600 * 1e6

const READ_BYTES = 4096
const LEASE_READS_EVERY_US = 1000
const OFFSET_LINE = /^(-?\d{1,17})@(\d{1,17});$/

interface Offset {
  readonly us: number
  /** Monotonic time at which it was made. */
  readonly sinceUs: number
}

export class SharedClock {
  readonly #path: string
  readonly #fd: number
  readonly #clock: Clock
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES)
  #readTo = 0
  #partialLine = ''
  /** Those that counted once, the present one last. */
  readonly #offsets: Offset[] = []
  #lastUs = 0
  #lastLeaseUs = 0
  #leaseReadsAgainUs = Number.NEGATIVE_INFINITY

  /** Opens, or makes, the clock of the queue at `dataDir`: a write in its root. @throws the system's errors. */
  constructor(dataDir: string, clock: Clock = systemClock) {
    this.#clock = clock
    this.#path = `${dataDir}/.fq-clock-${bootId()}`
    fs.closeSync(fs.openSync(this.#path, 'a'))
    // Kept open to be read before each id; never for writing, which would keep the disk from being remounted read-only.
    this.#fd = fs.openSync(this.#path, 'r')
    try {
      this.#readOffsets()
      if (this.#offsets.length === 0) this.#publish(clock.wallUs() - clock.monotonicUs())
    } catch (error) {
      // A full disk refuses the first offset: nobody holds this clock to close it.
      this.close()
      throw error
    }
  }

  /** The shared time, µs. */
  nowUs(): number {
    this.#readOffsets()
    return this.#offset.us + this.#clock.monotonicUs()
  }

  /** A time of its own: above every one that this instance gave before, and above all published ones. */
  nextUs(): number {
    return (this.#lastUs = Math.max(this.nowUs(), this.#lastUs + 1))
  }

  /** So many times of its own, one µs apart, for what is put back in one go; gives the first. The last lies that much ahead. */
  nextBlockUs(count: number): number {
    const firstUs = this.nextUs()
    this.#lastUs = firstUs + count - 1
    return firstUs
  }

  /** The same for a lease: never behind the wall clock, since Python takes over what lags (monotonic time stops in suspend). */
  nextLeaseUs(): number {
    const monotonicUs = this.#clock.monotonicUs()
    // A lease may be stamped by an offset of a moment ago: it looks older by no more than that moment.
    if (monotonicUs >= this.#leaseReadsAgainUs) {
      this.#readOffsets()
      this.#leaseReadsAgainUs = monotonicUs + LEASE_READS_EVERY_US
    }
    const sharedUs = this.#offset.us + monotonicUs
    return (this.#lastLeaseUs = Math.max(sharedUs, this.#lastLeaseUs + 1, this.#clock.wallUs()))
  }

  /** The latest time that raiseAbove() follows now, µs. */
  latestFollowedUs(): number {
    return Math.max(this.nowUs(), this.#clock.wallUs()) + MAX_AHEAD_US
  }

  /** Sets the shared clock on so that new times lie above `waitingUs`. False when that is too far ahead to follow. */
  raiseAbove(waitingUs: number): boolean {
    const nowUs = this.nowUs()
    if (waitingUs < nowUs) return true
    if (waitingUs > this.latestFollowedUs()) return false
    this.#publish(this.#offset.us + waitingUs - nowUs + 1)
    return true
  }

  /**
   * How long ago a lease was stamped, µs; never more than it really is. A lease that was stamped before the clock was set on must not
   * look older for that, so its stamp is read with the offset of its time. Stamps that follow the wall clock may look younger.
   */
  elapsedSince(stampUs: number): number {
    this.#readOffsets()
    const then = this.#offsets.findLast((offset) => stampUs - offset.us >= offset.sinceUs) ?? this.#offsets[0]
    return this.#clock.monotonicUs() - (stampUs - (then?.us ?? 0))
  }

  close(): void {
    fs.closeSync(this.#fd)
  }

  get #offset(): Offset {
    const last = this.#offsets.at(-1)
    if (last === undefined) throw new TypeError('The shared clock has no offset')
    return last
  }

  #publish(offsetUs: number): void {
    const offset = { us: offsetUs, sinceUs: this.#clock.monotonicUs() }
    // The line break in front ends a line that a full disk cut short; such a line lacks the semicolon.
    fs.appendFileSync(this.#path, `\n${offset.us}@${offset.sinceUs};\n`)
    this.#readOffsets()
    // Should the line have been cut short, we go on with the offset that we wanted.
    this.#adopt(offset)
  }

  #readOffsets(): void {
    for (;;) {
      const count = fs.readSync(this.#fd, this.#buffer, 0, READ_BYTES, this.#readTo)
      if (count === 0) return
      this.#readTo += count
      const lines = (this.#partialLine + this.#buffer.toString('latin1', 0, count)).split('\n')
      this.#partialLine = lines.pop() ?? ''
      for (const line of lines) {
        const [, us, sinceUs] = OFFSET_LINE.exec(line) ?? []
        if (us !== undefined) this.#adopt({ us: Number(us), sinceUs: Number(sinceUs) })
      }
    }
  }

  #adopt(offset: Offset): void {
    const last = this.#offsets.at(-1)
    if (last === undefined || offset.us > last.us) this.#offsets.push(offset)
  }
}
