/** Bounds that both sides of the contract keep. Apart from the schemas, so that the page need not load zod for them. */
export const LIMITS = {
  /** Rows of one window, and tasks of one action call. */
  windowRows: 500,
  /** Tasks of one act of which it is told what became of them. */
  followedTasks: 100_000,
  /** Claims of one node told at once. */
  nodeClaims: 100,
  /** Bytes of a payload that cross at once. */
  payloadChunkBytes: 64 * 1024,
  /** Bytes of a pushed payload, unless the host was started with another limit. */
  pushBytes: 16 * 1024 * 1024,
  /** Copies of one push. */
  pushCopies: 100_000,
  /** Characters of a filter expression. */
  filterChars: 2_000,
  /** Bytes of a payload that a search reads at most; what lies behind them is said to be unsearched. */
  searchedBytes: 16 * 1024 * 1024,
  /** Bytes of a file by which text is told from binary. */
  searchedHeadBytes: 4 * 1024,
  /** Bytes of one chunk of an export. */
  exportChunkBytes: 256 * 1024,
  /** Bytes that opening a compressed payload may give. */
  expandedBytes: 16 * 1024 * 1024,
  /** Bytes of an image that is drawn: more would take the page's memory several times over. */
  imageBytes: 16 * 1024 * 1024,
  /** Bytes of a payload shown in a list row. */
  rowPreviewBytes: 160,
  /** Latest time that a task can be scheduled for, ms since 1970: the year 2255, where ids would grow a digit too many. */
  latestDueMs: 9_000_000_000_000,
  /** Length of a typed path. */
  pathChars: 4096,
} as const
