/**
 * Facts for a bug report, as text. People paste it in public: it names no path, no queue, no task, and holds nothing of
 * a payload.
 */
import type { Problem, QueueUpdate } from '../contract/model.ts'
import type { Host } from './host.ts'

export interface QueueFacts {
  readonly isDemo: boolean
  readonly canWrite: boolean
  /** Null before the first listing. */
  readonly update: QueueUpdate | null
  readonly problems: readonly Problem[]
}

export function toDiagnostics(
  host: Pick<Host, 'kind' | 'version' | 'platform'>,
  facts: Readonly<Record<string, string>>,
  queues: readonly QueueFacts[],
): string {
  const lines = [
    `FemtoQueue Inspector ${host.version} (${host.kind}, ${host.platform})`,
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
    `open queues: ${queues.length}`,
    ...queues.flatMap((queue, at) => toQueueLines(queue, at + 1)),
  ]
  return `${lines.join('\n')}\n`
}

function toQueueLines({ isDemo, canWrite, update, problems }: QueueFacts, number: number): string[] {
  const kind = `${isDemo ? 'demo, ' : ''}${canWrite ? 'writable' : 'read-only'}`
  if (update === null) return [`queue ${number} (${kind}): not listed yet`]
  const { counts, nodes, health, revision } = update
  return [
    `queue ${number} (${kind}): ${toTally(counts)}`,
    `  nodes: ${toTally(tally(nodes.map(({ liveness }) => liveness))) || 'none'}`,
    `  problems: ${toTally(tally(problems.map((problem) => problem.kind))) || 'none'}`,
    // The reason of a health may name a path.
    `  watch: ${health.mode}, revision ${revision}`,
  ]
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

function toTally(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
