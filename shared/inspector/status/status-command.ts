/**
 * `DIR [--json] [--max-failed N] [--max-pending-age SECONDS]`: prints the status of a queue.
 *
 * Exit codes: 0 healthy (or `--help`), 1 unhealthy, 2 no verdict: the arguments or the directory cannot be used; then stdout stays
 * empty and stderr says why in one line.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { toVisibleLine } from '../../contract/visible-text.ts'
import { TASK_STATES } from '../../queue/states.ts'
import { isHelpRun, toHelp } from '../command-help.ts'
import { InspectorError } from '../inspector-error.ts'
import type { StatusLimits } from './health.ts'
import { readQueueStatus } from './queue-status.ts'
import type { QueueStatus } from './queue-status.ts'

const USAGE = 'Usage: status DIR [--json] [--max-failed N] [--max-pending-age SECONDS]'

const HELP = toHelp(USAGE, [
  ['DIR', 'the directory of the queue'],
  ['--json', 'prints JSON; without it text for people'],
  ['--max-failed N', 'unhealthy where more tasks than this have failed'],
  ['--max-pending-age SECONDS', 'unhealthy where a task has been pending for longer'],
  ['--help', 'prints this, and ends'],
])

export interface StatusOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

interface StatusArguments extends StatusLimits {
  readonly dir: string
  readonly json: boolean
}

/** Runs the command and answers its exit code. @param cwd What a relative DIR counts from. */
export async function runStatusCommand(
  args: readonly string[],
  cwd: string,
  output: StatusOutput,
): Promise<0 | 1 | 2> {
  if (isHelpRun(args)) {
    output.out(HELP)
    return 0
  }
  try {
    const { dir, json, ...limits } = parseStatusArguments(args, cwd)
    const status = await readQueueStatus(dir, limits)
    output.out(json ? `${JSON.stringify(status, null, 2)}\n` : toText(status))
    return status.healthy ? 0 : 1
  } catch (cause) {
    if (cause instanceof UsageError) output.err(`${cause.message}. ${USAGE}\n`)
    else if (cause instanceof InspectorError) output.err(`${toVisibleLine(cause.message)}\n`)
    else throw cause
    return 2
  }
}

class UsageError extends Error {}

/** @throws UsageError with one line for the person. */
function parseStatusArguments(args: readonly string[], cwd: string): StatusArguments {
  const { values, positionals } = readArguments(args)
  const [dir, ...rest] = positionals
  if (dir === undefined || dir === '') throw new UsageError('Name the directory of a queue')
  if (rest.length > 0) throw new UsageError(`One directory at a time, got ${positionals.length}`)
  return {
    dir: resolve(cwd, dir),
    json: values.json,
    maxFailed: toNumberOrNull('--max-failed', values['max-failed']),
    maxPendingAgeSeconds: toNumberOrNull('--max-pending-age', values['max-pending-age']),
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        'max-failed': { type: 'string' },
        'max-pending-age': { type: 'string' },
      },
    })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    // Node adds advice of several sentences after the first.
    throw new UsageError(message.split(/\. |\.?\n/)[0], { cause })
  }
}

function toNumberOrNull(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`${option} must be a whole number, got ${JSON.stringify(text)}`)
}

/** For people; its form may change. Names come from the disk and are made visible. */
function toText({ path, healthy, reasons, counts, oldest, nodes, problems }: QueueStatus): string {
  const lines = [
    `${toVisibleLine(path)}: ${healthy ? 'healthy' : 'UNHEALTHY'}`,
    ...reasons.map(({ message }) => `  ! ${toVisibleLine(message)}`),
    ...TASK_STATES.map((state) => {
      const age = oldest[state]?.ageSeconds
      const since = age === undefined ? '' : `  ${toAgeWords(state, age)}`
      return `  ${state.padEnd(12)}${String(counts[state]).padStart(9)}${since}`
    }),
    ...nodes.map(({ node, tasks, liveness, silentSeconds }) => {
      const silent = silentSeconds === null ? '' : `, silent for ${silentSeconds} s`
      return `  node ${toVisibleLine(node)}: ${tasks} in progress, ${liveness}${silent}`
    }),
    ...problems.map(({ message }) => `  problem: ${toVisibleLine(message)}`),
  ]
  return `${lines.join('\n')}\n`
}

function toAgeWords(state: (typeof TASK_STATES)[number], age: number): string {
  if (state !== 'scheduled') return `oldest for ${age} s`
  return age < 0 ? `next in ${-age} s` : `due since ${age} s`
}
