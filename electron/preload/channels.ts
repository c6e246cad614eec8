/** The two messages between preload script and main process. */
export const CHANNELS = {
  /** Page to main: it listens and wants a port. */
  connect: 'fq:connect',
  /** Main to page, with one MessagePort. */
  port: 'fq:port',
} as const

/** The same between page and preload script, as window messages of the page's own origin. */
export const PAGE_MESSAGES = { ready: 'fq:ready', port: 'fq:port' } as const
