const STORAGE_KEY = 'fq-token'

/**
 * The server prints its token in the URL's fragment, which no server and no Referer ever sees. It moves to this tab's
 * storage and out of the address bar, so that it does not stay in the history or on a shared screen.
 */
export function takeAccessToken(): string | null {
  const match = /^#t=([\w-]+)(\/.*)?$/.exec(location.hash)
  const fresh = match?.[1]
  if (fresh === undefined) return sessionStorage.getItem(STORAGE_KEY)
  sessionStorage.setItem(STORAGE_KEY, fresh)
  // What follows the token is a place in the queue (store/route.ts), and stays.
  const place = match?.[2] === undefined ? '' : `#${match[2]}`
  history.replaceState(null, '', location.pathname + location.search + place)
  return fresh
}
