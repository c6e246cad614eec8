/**
 * Keeps the history of one queue in `history.json` of its state folder (actions/state-folder.ts), across restarts. At most 2 MB; replaced whole
 * by a rename, after what another inspector wrote meanwhile was taken in: of two that save at once the later one lacks the other's last
 * half minute until that one saves again. A file that cannot be understood is as good as none, and is replaced.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { errnoOrNull } from '../../queue/errors.ts'
import type { FlowSlot } from './flow-slots.ts'
import { MAX_BUCKET } from './log-histogram.ts'
import type { HistoryContent } from './queue-history.ts'
import { toEmptySlot } from './span-slots.ts'
import type { Spans, SpanSlot } from './span-slots.ts'

const VERSION = 1
const MAX_FILE_BYTES = 8 * 1024 * 1024
/** Numbers of a step of flow, as they lie in the file. */
const FLOW_NUMBERS = 13
const LEFTOVER_MS = 3_600_000
/** Stands for "nothing waited". */
const NOTHING_WAITED = -1
const EMPTY: HistoryContent = { fine: [], coarse: [], spans: [] }

/** What was kept; empty where nothing was, or nothing that can be understood. @throws the system's errors but ENOENT. */
export async function readHistoryFile(file: string): Promise<HistoryContent> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) return EMPTY
    return parseHistory(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    if (errnoOrNull(cause) === 'ENOENT' || cause instanceof SyntaxError) return EMPTY
    throw cause
  }
}

/** Removes what a save left that was killed, an hour ago or longer. @throws the system's errors but ENOENT. */
export async function removeLeftovers(file: string, nowMs: number): Promise<void> {
  const dir = path.dirname(file)
  try {
    for (const name of await readdir(dir)) {
      if (!name.startsWith(`${path.basename(file)}.`) || !name.endsWith('.tmp')) continue
      const leftover = path.join(dir, name)
      if (nowMs - (await stat(leftover)).mtimeMs > LEFTOVER_MS) await rm(leftover, { force: true })
    }
  } catch (cause) {
    if (errnoOrNull(cause) !== 'ENOENT') throw cause
  }
}

/** Replaces the file by a rename; a crash leaves the old one or the new one. @throws the system's errors; then the old one is there. */
export async function writeHistoryFile(
  file: string,
  queuePath: string,
  content: HistoryContent,
): Promise<void> {
  const dir = path.dirname(file)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await chmod(dir, 0o700)
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(toPlain(queuePath, content)))
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

function toPlain(queuePath: string, { fine, coarse, spans }: HistoryContent): unknown {
  return {
    version: VERSION,
    queue: queuePath,
    fine: fine.map(toFlowNumbers),
    coarse: coarse.map(toFlowNumbers),
    spans: spans.map(({ startMs, wait, run }) => ({
      startMs,
      wait: toSpanNumbers(wait),
      run: toSpanNumbers(run),
    })),
  }
}

function toFlowNumbers({ startMs, coveredMs, flow, oldestPendingMs, counts }: FlowSlot): number[] {
  const { pushed, claimed, done, failed, released } = flow
  const lying = [counts.pending, counts['in-progress'], counts.scheduled, counts.failed, counts.done]
  const oldest = oldestPendingMs === null ? NOTHING_WAITED : Math.round(oldestPendingMs)
  return [startMs, Math.round(coveredMs), pushed, claimed, done, failed, released, oldest, ...lying]
}

/** Rough tasks, then bucket and count in turns. */
function toSpanNumbers({ histogram, rough }: Spans): number[] {
  const round = (count: number) => Math.round(count * 100) / 100
  return [round(rough), ...histogram.buckets().flatMap(([bucket, count]) => [bucket, round(count)])]
}

function parseHistory(value: unknown): HistoryContent {
  if (!isRecord(value) || value['version'] !== VERSION) return EMPTY
  return {
    fine: toArray(value['fine']).flatMap(parseFlow),
    coarse: toArray(value['coarse']).flatMap(parseFlow),
    spans: toArray(value['spans']).flatMap(parseSpans),
  }
}

function parseFlow(value: unknown): FlowSlot[] {
  const numbers = toNumbers(value)
  if (numbers.length !== FLOW_NUMBERS) return []
  const [
    startMs = 0,
    coveredMs = 0,
    pushed = 0,
    claimed = 0,
    done = 0,
    failed = 0,
    released = 0,
    oldest = 0,
  ] = numbers
  const [pendingTasks = 0, inProgressTasks = 0, scheduledTasks = 0, failedTasks = 0, doneTasks = 0] =
    numbers.slice(8)
  return [
    {
      startMs,
      coveredMs,
      flow: { pushed, claimed, done, failed, released },
      oldestPendingMs: oldest === NOTHING_WAITED ? null : oldest,
      counts: {
        pending: pendingTasks,
        'in-progress': inProgressTasks,
        scheduled: scheduledTasks,
        failed: failedTasks,
        done: doneTasks,
      },
    },
  ]
}

function parseSpans(value: unknown): SpanSlot[] {
  if (!isRecord(value) || typeof value['startMs'] !== 'number') return []
  const slot = toEmptySlot(value['startMs'])
  for (const kind of ['wait', 'run'] as const) {
    const [rough = 0, ...pairs] = toNumbers(value[kind])
    slot[kind].rough = rough
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [bucket = 0, count = 0] = pairs.slice(at, at + 2)
      if (Number.isInteger(bucket) && bucket >= 0 && bucket <= MAX_BUCKET && count > 0)
        slot[kind].histogram.add(bucket, count)
    }
  }
  return [slot]
}

/** Empty where anything in it is no finite number. */
function toNumbers(value: unknown): readonly number[] {
  const entries = toArray(value)
  return entries.every(isFiniteNumber) ? entries : []
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function toArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
