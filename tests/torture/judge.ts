/** Holds what lies on the disk against what the actors saw. Knows nothing of how the queue works. */
import fs from 'node:fs'
import { decodeTask, parseTaskName } from '../../shared/queue/index.ts'
import { checksum, type LedgerLine } from './ledger.ts'

/** A kill, a pause from its stop to its end, or a time in which the machine did not let the actor of that name run. */
export interface Disturbance {
  readonly actor: string
  readonly kind: 'kill' | 'stop' | 'stall'
  readonly fromUs: number
  toUs: number
}

export interface Verdict {
  readonly acknowledged: number
  readonly executions: number
  readonly finished: number
  readonly kills: number
  readonly stops: number
  /** Times in which an actor could not run for longer than half a timeout, though nobody stopped it: a sign of a busy machine. */
  readonly stalls: number
  readonly refused: number
  /** Starts beyond the first of a task, each explained by a kill, a pause or a release. */
  readonly explainedExtras: number
  readonly unacknowledged: number
  readonly leftInCreating: number
  /** Empty when every promise was kept. */
  readonly violations: readonly string[]
}

const RESERVED = new Set(['creating', 'pending', 'scheduled', 'done', 'failed'])

export function judge(
  dataDir: string,
  lines: readonly LedgerLine[],
  disturbances: readonly Disturbance[],
): Verdict {
  const violations: string[] = []
  const onDisk = readFinished(dataDir, violations)
  const pushed = new Map(lines.filter((line) => line.verb === 'pushed').map((line) => [line.id, line.note]))
  for (const [id, sum] of pushed) {
    const found = onDisk.get(id)
    if (found === undefined) violations.push(`lost: ${id}`)
    else if (found.length > 1) violations.push(`in several places: ${id}`)
    else if (found[0] !== sum) violations.push(`changed: ${id}`)
  }
  for (const line of lines) {
    if (line.verb === 'problem') violations.push(`problem: ${line.note} ${line.id}`)
    if (line.verb === 'started' && (pushed.get(line.id) ?? line.note) !== line.note)
      violations.push(`read wrong: ${line.id}`)
  }
  const stalls = lines.filter((line) => line.verb === 'stalled').map(toStall)
  const byTask = Map.groupBy(
    lines.filter((line) => line.verb !== 'stalled'),
    (line) => line.id,
  )
  let explainedExtras = 0
  for (const [id, events] of byTask) {
    const ends = events.filter((line) => line.verb === 'done' || line.verb === 'failed')
    if (ends.length > 1) violations.push(`finished ${ends.length} times: ${id}`)
    explainedExtras += explainExtras(id, events, [...disturbances, ...stalls], violations)
  }
  const count = (verb: string): number => lines.filter((line) => line.verb === verb).length
  return {
    acknowledged: pushed.size,
    executions: count('started'),
    finished: onDisk.size,
    kills: disturbances.filter((each) => each.kind === 'kill').length,
    stops: disturbances.filter((each) => each.kind === 'stop').length,
    stalls: stalls.length,
    refused: count('refused'),
    explainedExtras,
    unacknowledged: [...onDisk.keys()].filter((id) => !pushed.has(id)).length,
    leftInCreating: fs.readdirSync(`${dataDir}/creating`).length,
    violations,
  }
}

/** original id -> checksums of the files that bear it in done/ and failed/; everything else must be empty by now. */
function readFinished(dataDir: string, violations: string[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const entry of fs.readdirSync(dataDir, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'creating') continue
    const isEnd = entry.name === 'done' || entry.name === 'failed'
    for (const name of fs.readdirSync(`${dataDir}/${entry.name}`)) {
      if (name.startsWith('.')) continue
      if (!isEnd) violations.push(`left in ${RESERVED.has(entry.name) ? entry.name : 'a node'}: ${name}`)
      const decoded = decodeTask(fs.readFileSync(`${dataDir}/${entry.name}/${name}`))
      if (decoded.kind !== 'ok') violations.push(`${decoded.kind}: ${entry.name}/${name}`)
      const id = parseTaskName(name)?.originalId ?? name
      found.set(id, [
        ...(found.get(id) ?? []),
        decoded.kind === 'ok' ? checksum(decoded.payload) : decoded.kind,
      ])
    }
  }
  return found
}

function toStall({ actor, atUs, note }: LedgerLine): Disturbance {
  return { actor, kind: 'stall', fromUs: atUs - Number(note), toUs: atUs }
}

/** A process that goes on after a stop may need this long until it comes to write its line, on a busy machine. */
const COMING_TO_US = 1e6

/**
 * Each start after another one needs a reason: between the two the earlier holder released, or was killed or stopped. Or one of the two
 * was stopped between its claim and its line: then its line comes late, and it must have been refused.
 */
function explainExtras(
  id: string,
  events: readonly LedgerLine[],
  disturbances: readonly Disturbance[],
  violations: string[],
): number {
  const starts = events.filter((line) => line.verb === 'started')
  const isDisturbed = (actor: string, fromUs: number, toUs: number): boolean =>
    disturbances.some((each) => each.actor === actor && each.fromUs <= toUs && each.toUs >= fromUs)
  const isLate = (start: LedgerLine): boolean =>
    isDisturbed(start.actor, start.atUs - COMING_TO_US, start.atUs) &&
    events.some((line) => line.verb === 'refused' && line.actor === start.actor && line.atUs >= start.atUs)
  for (let i = 1; i < starts.length; i++) {
    const [before, after] = [starts[i - 1], starts[i]]
    // Python workers rob each other of whatever waited longer than the timeout: known, and not ours to answer for.
    if (before === undefined || after === undefined || before.actor.startsWith('python')) continue
    const isReleased = events.some(
      (line) => line.verb === 'released' && line.actor === before.actor && line.atUs >= before.atUs,
    )
    if (isReleased || isDisturbed(before.actor, before.atUs, after.atUs) || isLate(before) || isLate(after))
      continue
    const story = events.map((line) => `${line.atUs} ${line.actor} ${line.verb}`).join(', ')
    violations.push(`run again without a reason: ${id} by ${before.actor}, then ${after.actor} (${story})`)
  }
  return Math.max(0, starts.length - 1)
}
