/** Chromium draws no element taller than 33.5 million px: longer lists are scrolled through a shorter body. */
const MAX_BODY_PX = 30_000_000
/** A step of more views than this is a jump (the scroll bar was dragged, or End pressed): it goes in proportion. */
const JUMP_VIEWS = 4

/** One px of the body stands for several of the list: so near to an end, in px of the body, is at the end. */
const NEAR_STEPS = 4

/**
 * Where in a list of any length a scrolled body stands. Up to 30 million px body and list are equally long. Above, wheel and
 * keys still move by what they say, and jumps of the scroll bar in proportion. Pure.
 */
export class ScaledScroll {
  #listPx = 0
  #viewPx = 0
  #top = 0
  /** Position in the list = position in the body + this. */
  #offset = 0

  /** @param listPx All rows together. @param viewPx Height in which rows are seen. */
  setSize(listPx: number, viewPx: number): void {
    this.#listPx = listPx
    this.#viewPx = viewPx
    this.#offset = this.#clampOffset(this.#offset)
  }

  get bodyPx(): number {
    return Math.min(this.#listPx, MAX_BODY_PX)
  }

  /** To be taken off a row's place in the list to get its place in the body. */
  get offsetPx(): number {
    return this.#offset
  }

  /** The place in the list of the view's upper edge. */
  get positionPx(): number {
    return this.#top + this.#offset
  }

  /**
   * Follows the body's scroll position. Gives the position to set instead where body and list do not end together; else null.
   */
  onScroll(top: number): number | null {
    const step = top - this.#top
    this.#top = top
    if (this.#listPx <= MAX_BODY_PX) return null
    if (Math.abs(step) > this.#viewPx * JUMP_VIEWS) {
      this.#offset = this.#clampOffset(top * this.#ratio() - top)
      return null
    }
    const endPx = this.#listPx - this.#viewPx
    const nearPx = this.#ratio() * NEAR_STEPS
    const [isBodyAtTop, isBodyAtEnd] = [top <= 0, top >= this.bodyPx - this.#viewPx]
    if (isBodyAtTop && this.positionPx <= nearPx) this.#offset = -top
    else if (isBodyAtEnd && this.positionPx >= endPx - nearPx) this.#offset = endPx - top
    else if (isBodyAtTop || isBodyAtEnd || this.positionPx < 0 || this.positionPx > endPx)
      return this.scrollTo(this.positionPx)
    return null
  }

  /** Gives the body's scroll position that shows this place of the list; to be set at once. */
  scrollTo(positionPx: number): number {
    const target = Math.min(Math.max(0, positionPx), Math.max(0, this.#listPx - this.#viewPx))
    this.#top = this.#listPx <= MAX_BODY_PX ? target : Math.round(target / this.#ratio())
    this.#offset = target - this.#top
    return this.#top
  }

  #ratio(): number {
    return Math.max(1, this.#listPx - this.#viewPx) / Math.max(1, this.bodyPx - this.#viewPx)
  }

  #clampOffset(offset: number): number {
    return Math.min(Math.max(0, offset), this.#listPx - this.bodyPx)
  }
}
