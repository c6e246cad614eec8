import { isSamePlace, parseHashOrNull, toHash } from '../store/route.ts'
import type { Route } from '../store/route.ts'

export interface RouteSource {
  /** Null while no queue is open. */
  routeOrNull(): Route | null
  show(route: Route): void
  subscribe(listener: () => void): () => void
}

/** Keeps the address bar and the window at the same place until the returned function is called. */
export function followBrowserHistory(source: RouteSource): () => void {
  let shown = parseHashOrNull(location.hash)
  let isGoingBack = false

  function onState(): void {
    const route = source.routeOrNull()
    if (route === null || isGoingBack) return
    const hash = toHash(route)
    if (hash === location.hash) return
    const isStep = shown !== null && !isSamePlace(shown, route)
    shown = route
    if (isStep) history.pushState(null, '', hash)
    else history.replaceState(null, '', hash)
  }

  function onPop(): void {
    const route = parseHashOrNull(location.hash)
    if (route === null) return
    shown = route
    // What the window does on its way there is no step of its own.
    isGoingBack = true
    source.show(route)
    isGoingBack = false
  }

  const unsubscribe = source.subscribe(onState)
  window.addEventListener('popstate', onPop)
  window.addEventListener('keydown', onKeyDown)
  window.addEventListener('mouseup', onMouseUp)
  return () => {
    unsubscribe()
    window.removeEventListener('popstate', onPop)
    window.removeEventListener('keydown', onKeyDown)
    window.removeEventListener('mouseup', onMouseUp)
  }
}

/** Alt and an arrow, as in browsers; the desktop app has no such keys of its own. */
function onKeyDown(event: KeyboardEvent): void {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
  if (event.target instanceof HTMLElement && event.target.isContentEditable) return
  event.preventDefault()
  if (event.key === 'ArrowLeft') history.back()
  else history.forward()
}

const BACK_BUTTON = 3
const FORWARD_BUTTON = 4

/** The mouse's own buttons; where the browser knows them it goes by itself, and is kept from going twice. */
function onMouseUp(event: MouseEvent): void {
  if (event.button !== BACK_BUTTON && event.button !== FORWARD_BUTTON) return
  event.preventDefault()
  if (event.button === BACK_BUTTON) history.back()
  else history.forward()
}
