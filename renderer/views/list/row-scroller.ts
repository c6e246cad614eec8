import { ScaledScroll } from './scaled-scroll.ts'

/** Drawn beyond the view on either side, so that a frame of scrolling finds its rows there. */
const OVERSCAN_ROWS = 12

/** Rows of equal height below a sticky head. */
export interface RowLayout {
  readonly count: number
  readonly rowPx: number
  readonly headPx: number
}

export interface RowWindow {
  /** Rows that are seen. */
  readonly first: number
  readonly last: number
  /** Rows to draw; `to` is -1 where there are none. */
  readonly from: number
  readonly to: number
  readonly atTop: boolean
  /** Height of the scrolled body, and what a row's place in it is short of its place in the list. */
  readonly bodyPx: number
  readonly offsetPx: number
}

const NOTHING: RowWindow = { first: 0, last: 0, from: 0, to: -1, atTop: true, bodyPx: 0, offsetPx: 0 }

/**
 * Tells which rows of a scrolled element are seen. Costs the same whatever their number; tells only when another row comes
 * into view.
 */
export class RowScroller {
  readonly #scaled = new ScaledScroll()
  readonly #listeners = new Set<() => void>()
  #layout: RowLayout = { count: 0, rowPx: 1, headPx: 0 }
  #element: HTMLElement | null = null
  #seen = NOTHING

  readonly get = (): RowWindow => this.#seen

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Follows an element's scrolling and size until the returned function is called. */
  attach(element: HTMLElement): () => void {
    this.#element = element
    const resized = new ResizeObserver(this.#measure)
    resized.observe(element)
    element.addEventListener('scroll', this.#measure, { passive: true })
    this.#measure()
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', this.#measure)
      this.#element = null
    }
  }

  setLayout(layout: RowLayout): void {
    this.#layout = layout
    this.#measure()
  }

  /** Scrolls just so far that the row is seen, or to have it in the middle. */
  scrollToRow(index: number, align: 'nearest' | 'center'): void {
    const { rowPx } = this.#layout
    const topPx = index * rowPx
    const viewPx = this.#viewPx()
    const { positionPx } = this.#scaled
    if (align === 'center') this.#moveTo(topPx - (viewPx - rowPx) / 2)
    else if (topPx < positionPx) this.#moveTo(topPx)
    else if (topPx + rowPx > positionPx + viewPx) this.#moveTo(topPx + rowPx - viewPx)
  }

  scrollByRows(rows: number): void {
    this.#moveTo(this.#scaled.positionPx + rows * this.#layout.rowPx)
  }

  #moveTo(positionPx: number): void {
    if (this.#element === null) return
    this.#element.scrollTop = this.#scaled.scrollTo(positionPx)
    this.#measure()
  }

  #viewPx(): number {
    const { rowPx, headPx } = this.#layout
    return Math.max(rowPx, (this.#element?.clientHeight ?? 0) - headPx)
  }

  readonly #measure = (): void => {
    if (this.#element === null) return
    const { count, rowPx } = this.#layout
    const viewPx = this.#viewPx()
    this.#scaled.setSize(count * rowPx, viewPx)
    const corrected = this.#scaled.onScroll(this.#element.scrollTop)
    if (corrected !== null) this.#element.scrollTop = corrected
    const { positionPx, offsetPx, bodyPx } = this.#scaled
    const first = Math.max(0, Math.min(count - 1, Math.floor(positionPx / rowPx)))
    const last = Math.max(0, Math.min(count - 1, Math.ceil((positionPx + viewPx) / rowPx) - 1))
    this.#tell({
      first,
      last,
      from: Math.max(0, first - OVERSCAN_ROWS),
      to: Math.min(count - 1, last + OVERSCAN_ROWS),
      atTop: positionPx < rowPx / 2,
      bodyPx,
      offsetPx,
    })
  }

  #tell(next: RowWindow): void {
    const before = this.#seen
    const isSame =
      before.from === next.from &&
      before.to === next.to &&
      before.first === next.first &&
      before.last === next.last &&
      before.atTop === next.atTop &&
      before.bodyPx === next.bodyPx &&
      before.offsetPx === next.offsetPx
    if (isSame) return
    this.#seen = next
    for (const listener of this.#listeners) listener()
  }
}
