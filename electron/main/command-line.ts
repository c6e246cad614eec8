/**
 * The command line: `[DIR...] [--demo] [--state STATE] [--task ID] [--read-only]`, or `DIR --json ...` for a status without
 * a window. Pure. Everything else in `argv` (the executable, the app's own path in development, switches of Chromium)
 * is left alone, so an unknown switch is no error here.
 */
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { QueuePlace } from '../../shared/contract/model.ts'
import { toHelp } from '../../shared/inspector/command-help.ts'
import { parseStartPlace } from '../../shared/inspector/start-place.ts'

/** What the app was asked to open. */
export type OpenTarget =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'demo' }
  | {
      readonly kind: 'queue'
      /** Absolute. */
      readonly dir: string
      /** Where to begin in it. */
      readonly place: QueuePlace | null
      /** For looking only, whatever the settings say. */
      readonly readOnly: boolean
    }

export const WELCOME: OpenTarget = { kind: 'welcome' }

/** A queue as it is opened where nothing more was said. */
export function toQueueTarget(dir: string): OpenTarget {
  return { kind: 'queue', dir, place: null, readOnly: false }
}

export const USAGE =
  'Usage: femtoqueue-inspector [DIR...] [--demo] [--state STATE] [--task ID] [--read-only], or DIR --json'

export const HELP = toHelp(USAGE, [
  ['DIR...', 'directories of queues, a window for each; without one the welcome screen'],
  ['--demo', 'a queue of its own to try things out, removed at the end'],
  ['--state STATE', 'begins in this list of the queue'],
  ['--task ID', 'begins at this task'],
  ['--read-only', 'looking only, whatever the settings say'],
  ['--json', 'prints the status of DIR without a window, and ends by its verdict'],
  ['--max-failed N', 'with --json: unhealthy where more tasks than this have failed'],
  ['--max-pending-age SECONDS', 'with --json: unhealthy where a task has been pending for longer'],
  ['--help', 'prints this, and ends'],
])

/** Our options; `value`: the next argument, or what follows `=`, belongs to it. */
const OPTIONS: Readonly<Record<string, 'flag' | 'value'>> = {
  '--help': 'flag',
  '-h': 'flag',
  '--demo': 'flag',
  '--read-only': 'flag',
  '--state': 'value',
  '--task': 'value',
  '--json': 'flag',
  '--max-failed': 'value',
  '--max-pending-age': 'value',
}

/** One line for the person. */
export class UsageError extends Error {}

/** The arguments that are ours, options first, each with its value behind `=`. */
export function toOwnArguments(argv: readonly string[], isDefaultApp: boolean): string[] {
  const options: string[] = []
  const positionals: string[] = []
  for (let at = 1; at < argv.length; at++) {
    const argument = argv[at] ?? ''
    const [name = ''] = argument.split('=', 1)
    const kind = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
    if (kind === 'value' && argument === name) options.push(`${name}=${argv[++at] ?? ''}`)
    else if (kind !== undefined) options.push(argument)
    else if (argument !== '' && !argument.startsWith('-')) positionals.push(argument)
  }
  return [...options, ...positionals.slice(isDefaultApp ? 1 : 0)]
}

export function isStatusRun(ownArguments: readonly string[]): boolean {
  return ownArguments.includes('--json')
}

/**
 * @param cwd Where the caller stands: a second instance may be called from another directory than the first.
 * @throws UsageError
 */
export function toOpenTargets(ownArguments: readonly string[], cwd: string): OpenTarget[] {
  const dirs = ownArguments.filter((argument) => !argument.startsWith('-')).map((dir) => toDir(dir, cwd))
  const readOnly = ownArguments.includes('--read-only')
  if (ownArguments.includes('--demo')) {
    if (dirs.length > 0) throw new UsageError('Either a directory or --demo')
    return [{ kind: 'demo' }]
  }
  const place = toPlaceOrNull(ownArguments)
  if (dirs.length === 0) {
    if (place !== null || readOnly) throw new UsageError('Name the directory of the queue as well')
    return [WELCOME]
  }
  return dirs.map((dir) => ({ kind: 'queue', dir, place, readOnly }))
}

function valueOf(ownArguments: readonly string[], option: string): string | undefined {
  return ownArguments.findLast((argument) => argument.startsWith(`${option}=`))?.slice(option.length + 1)
}

/** File managers name a folder by its URL. */
function toDir(argument: string, cwd: string): string {
  if (!argument.startsWith('file://')) return resolve(cwd, argument)
  try {
    return fileURLToPath(argument)
  } catch (cause) {
    throw new UsageError(`${JSON.stringify(argument)} is no folder of this machine`, { cause })
  }
}

function toPlaceOrNull(ownArguments: readonly string[]): QueuePlace | null {
  try {
    return parseStartPlace(valueOf(ownArguments, '--state'), valueOf(ownArguments, '--task'))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new UsageError(cause.message, { cause })
  }
}

/** What one instance hands to the one that runs already. */
export interface Handover {
  readonly args: string[]
  readonly cwd: string
}

/** From another process, so looked at before it is used: what does not fit leads to the welcome screen. */
export function toTargetsOfHandover(data: unknown): OpenTarget[] {
  try {
    const { args, cwd } = toHandover(data)
    return toOpenTargets(args, cwd)
  } catch {
    return [WELCOME]
  }
}

function toHandover(data: unknown): Handover {
  if (typeof data !== 'object' || data === null || !('args' in data) || !('cwd' in data))
    throw new TypeError('Not a handover')
  const { args, cwd } = data
  if (!Array.isArray(args) || typeof cwd !== 'string' || !isAbsolute(cwd))
    throw new TypeError('Not a handover')
  return { args: args.filter((argument): argument is string => typeof argument === 'string'), cwd }
}
