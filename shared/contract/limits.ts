/** Bounds that both sides of the contract keep. Apart from the schemas, so that the page need not load zod for them. */
export const LIMITS = {
  /** Rows of one window, and tasks of one action call. */
  windowRows: 500,
  /** Bytes of a payload that cross at once. */
  payloadChunkBytes: 64 * 1024,
  /** Bytes of a pushed payload, unless the host was started with another limit. */
  pushBytes: 16 * 1024 * 1024,
  /** Bytes of a payload shown in a list row. */
  rowPreviewBytes: 160,
  /** Length of a typed path. */
  pathChars: 4096,
} as const
