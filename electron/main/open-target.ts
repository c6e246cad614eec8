import { resolve } from 'node:path'

/** What the app was asked to open. */
export type OpenTarget =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'demo' }
  | { readonly kind: 'queue'; /** Absolute. */ readonly dir: string }

export const WELCOME: OpenTarget = { kind: 'welcome' }

/**
 * The arguments that are ours: everything else in `argv` is the executable, the app's own path in development, and
 * switches of Chromium, wherever they stand.
 */
export function toOwnArguments(argv: readonly string[], isDefaultApp: boolean): string[] {
  const demo = argv.includes('--demo') ? ['--demo'] : []
  const positionals = argv.slice(1).filter((argument) => argument !== '' && !argument.startsWith('-'))
  return [...demo, ...positionals.slice(isDefaultApp ? 1 : 0)]
}

/** @param cwd Where the caller stands: a second instance may be called from another directory than the first. */
export function toOpenTarget(ownArguments: readonly string[], cwd: string): OpenTarget {
  if (ownArguments.includes('--demo')) return { kind: 'demo' }
  const dir = ownArguments.find((argument) => !argument.startsWith('-'))
  return dir === undefined ? WELCOME : { kind: 'queue', dir: resolve(cwd, dir) }
}

/** What a second instance handed over: from another process, so looked at before it is used. */
export function toArgumentsOrEmpty(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('args' in data) || !Array.isArray(data.args)) return []
  return data.args.filter((argument): argument is string => typeof argument === 'string')
}
