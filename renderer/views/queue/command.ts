/** One thing that can be done, for palette, menus, keyboard and help sheet alike. */
export interface Command {
  readonly id: string
  readonly group: 'Go to' | 'Task' | 'Queue' | 'Window'
  readonly title: string
  /** `r`, `shift+r`, `mod+a`, `delete`; null where only palette and menus offer it. */
  readonly key: string | null
  /** As shown. */
  readonly keys: string | null
  /** It has a meaning for what is chosen now: menus leave out what has none. */
  readonly isShown: boolean
  readonly isEnabled: boolean
  readonly run: () => void
}

interface CommandOptions {
  readonly key?: string | null
  readonly keys?: string
  readonly isShown?: boolean
  readonly isEnabled?: boolean
}

export function command(
  group: Command['group'],
  id: string,
  title: string,
  run: () => void,
  options: CommandOptions = {},
): Command {
  const { isEnabled = true, isShown = isEnabled } = options
  const key = options.key?.toLowerCase() ?? null
  return { id, group, title, key, keys: options.keys ?? toKeysOrNull(key), isShown, isEnabled, run }
}

function toKeysOrNull(key: string | null): string | null {
  if (key === null) return null
  if (key === 'delete') return 'Del'
  return key.replace('shift+', 'Shift ').replace(/(?:^| )\w$/, (letter) => letter.toUpperCase())
}

/** The key of a command, as an event tells it. Shift counts for letters only: elsewhere it may be part of the key. */
export function toCommandKey(event: KeyboardEvent): string {
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) return `mod+${key}`
  if (key === 'backspace') return 'delete'
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift+${key}` : key
}
