/**
 * Groups failures that look alike. Each group's expression finds exactly its tasks, because both sides use the same code. Looks
 * at the newest MAX_LOOKED tasks, and at each file once while it lies there unchanged.
 */
import type { Stats } from 'node:fs'
import { setImmediate as nextTurnOfLoop } from 'node:timers/promises'
import type { FailureGroup, FailureGroups } from '../../contract/query.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import { ForeignFileError } from '../open-regular.ts'
import { toPreviewKind } from '../payload-preview.ts'
import { toFailureLine, toFailureTitle, toShape } from './failure-title.ts'
import { TaskProbe } from './task-probe.ts'

/** Failed tasks that are looked at unasked. */
export const MAX_LOOKED = 10_000
/** Larger payloads are a group of their own: reading thousands of them unasked would be a burden. */
const MAX_PAYLOAD_BYTES = 64 * 1024
const STRETCH_MS = 8
const MAX_GROUPS = 500

/** Keys that say what a task is about, the commonest first. */
const TELLING_KEYS = [
  'kind',
  'type',
  'event',
  'task',
  'name',
  'job',
  'action',
  'op',
  'command',
  'queue',
] as const
/** A key tells tasks apart when most have it, and with few values. */
const MIN_KEY_SHARE = 0.8
const MAX_KEY_VALUES = 40
const MAX_VALUE_CHARS = 100

/** What is remembered of one failed task. */
interface Facts {
  readonly inode: number
  readonly ctimeMs: number
  /** Null where no reason is kept. */
  readonly failure: string | null
  /** The first line of the message itself. */
  readonly said: string
  /** When it failed: by the record, else by the file's ctime. */
  readonly failedAtMs: number
  readonly payload: PayloadFacts
}

type PayloadFacts =
  | { readonly kind: 'large' | 'text' | 'binary' | 'empty' | 'unknown' }
  | {
      readonly kind: 'json'
      readonly shape: string
      /** By telling key. */ readonly values: ReadonlyMap<string, string>
    }

interface GroupName {
  readonly title: string
  readonly expression: string
}

export class FailureGrouping {
  readonly #probe: TaskProbe
  #known = new Map<string, Facts>()
  /** By search; null: of all. */
  readonly #running = new Map<string | null, Promise<FailureGroups>>()

  constructor(root: string) {
    this.#probe = new TaskProbe({ root, list: 'failed', node: null, dir: `${root}/failed` })
  }

  /**
   * @param queryId The search that found them; null: they are all. Who asks while the same is looked for gets the same answer.
   * @param names Of failed tasks, newest first, at most MAX_LOOKED; `total` of them there are.
   */
  group(queryId: string | null, names: readonly string[], total: number): Promise<FailureGroups> {
    const running = this.#running.get(queryId)
    if (running !== undefined) return running
    const groups = this.#group(queryId === null, names, total).finally(() => {
      this.#running.delete(queryId)
    })
    this.#running.set(queryId, groups)
    return groups
  }

  async #group(isAll: boolean, names: readonly string[], total: number): Promise<FailureGroups> {
    const facts: Facts[] = []
    const known = new Map<string, Facts>()
    let yieldedAtMs = performance.now()
    for (const name of names) {
      const looked = this.#lookOrNull(name)
      if (looked !== null) {
        facts.push(looked)
        known.set(name, looked)
      }
      if (performance.now() - yieldedAtMs > STRETCH_MS) {
        await nextTurnOfLoop()
        yieldedAtMs = performance.now()
      }
    }
    // What has left is forgotten, of which only a look at all tells.
    if (isAll) this.#known = known
    const hasReasons = facts.some(({ failure }) => failure !== null)
    const toName = hasReasons ? nameByReason : namerByPayload(facts)
    return {
      by: hasReasons ? 'reasons' : 'payloads',
      looked: facts.length,
      total,
      groups: toGroups(facts, toName),
    }
  }

  #lookOrNull(name: string): Facts | null {
    const probe = this.#probe
    try {
      probe.begin(name)
      const stats = probe.stats()
      const known = this.#known.get(name)
      if (known?.inode === stats.ino && known.ctimeMs === stats.ctimeMs) return known
      const record = probe.record()
      return {
        inode: stats.ino,
        ctimeMs: stats.ctimeMs,
        failure: record === null ? null : toFailureTitle(record),
        said: record === null ? '' : toFailureLine(record),
        failedAtMs: record === null ? stats.ctimeMs : record.failedAtUs / 1_000,
        payload: record === null ? readPayloadFacts(probe, stats) : { kind: 'unknown' },
      }
    } catch (cause) {
      // It has left, or cannot be read: it is in no group.
      if (errnoOrNull(cause) === null && !(cause instanceof ForeignFileError)) throw cause
      return null
    } finally {
      probe.end()
    }
  }
}

function readPayloadFacts(probe: TaskProbe, { size }: Stats): PayloadFacts {
  if (size > MAX_PAYLOAD_BYTES) return { kind: 'large' }
  const json = probe.json()
  if (json === undefined || json === null) {
    const { bytes, isWhole } = probe.head()
    return { kind: toPreviewKind(bytes, isWhole) }
  }
  const values = new Map<string, string>()
  for (const key of TELLING_KEYS) {
    const value = toScalarOrNull(json.value, key)
    if (value !== null) values.set(key, value)
  }
  return { kind: 'json', shape: toShape(json.value), values }
}

/** As it is written in an expression; null for what is no plain value. */
function toScalarOrNull(holder: unknown, key: string): string | null {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return null
  const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value
  if (typeof value === 'string') return value.length > MAX_VALUE_CHARS ? null : JSON.stringify(value)
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? JSON.stringify(value) : null
}

function nameByReason({ failure }: Facts): GroupName {
  return failure === null
    ? { title: 'No reason was kept', expression: '-has:reason' }
    : { title: failure, expression: `failure:${JSON.stringify(failure)}` }
}

function namerByPayload(facts: readonly Facts[]): (facts: Facts) => GroupName {
  const key = toTellingKeyOrNull(facts)
  const isLarge = `size:>${MAX_PAYLOAD_BYTES - 24}`
  const suffix = facts.some(({ payload }) => payload.kind === 'large') ? ` -${isLarge}` : ''
  return ({ payload }) => {
    const named = (title: string, expression: string): GroupName => ({
      title,
      expression: expression + suffix,
    })
    switch (payload.kind) {
      case 'large':
        return { title: `Payloads over ${MAX_PAYLOAD_BYTES / 1024} KiB`, expression: isLarge }
      case 'empty':
        return named('No payload', 'kind:empty')
      case 'text':
        return named('Text', 'kind:text -kind:json')
      case 'binary':
      case 'unknown':
        return named('Binary', 'kind:binary -kind:json')
      case 'json': {
        if (key === null) return named(payload.shape, `shape:${JSON.stringify(payload.shape)}`)
        const value = payload.values.get(key)
        if (value === undefined) return named(`JSON without “${key}”`, `kind:json -$.${key}`)
        return named(`${key}: ${String(JSON.parse(value))}`, `$.${key} = ${value}`)
      }
    }
  }
}

/** The first telling key that most payloads have, always with a plain value, and that has few values. */
function toTellingKeyOrNull(facts: readonly Facts[]): string | null {
  const payloads = facts.map(({ payload }) => payload).filter((payload) => payload.kind === 'json')
  for (const key of TELLING_KEYS) {
    const values = new Set<string>()
    let holders = 0
    let isPlain = true
    for (const payload of payloads) {
      const value = payload.values.get(key)
      if (value !== undefined) {
        holders++
        values.add(value)
      } else if (payload.shape.split(' ').includes(key)) isPlain = false
    }
    const isCommon = holders > 0 && holders >= payloads.length * MIN_KEY_SHARE
    if (isCommon && isPlain && values.size <= MAX_KEY_VALUES && (values.size < holders || holders < 4))
      return key
  }
  return null
}

function toGroups(facts: readonly Facts[], toName: (facts: Facts) => GroupName): FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  const said = new Map<string, string>()
  for (const fact of facts) {
    const { title, expression } = toName(fact)
    const group = groups.get(expression)
    if (group === undefined) said.set(expression, fact.said)
    else if (said.get(expression) !== fact.said) said.set(expression, '')
    const isLatest = group === undefined || fact.failedAtMs > group.lastAtMs
    groups.set(expression, {
      // Where all say the very same, it is shown as they said it.
      title: (fact.failure === null ? '' : said.get(expression)) || title,
      example: isLatest ? (fact.failure === null ? title : fact.said) : group.example,
      expression,
      count: (group?.count ?? 0) + 1,
      firstAtMs: Math.min(group?.firstAtMs ?? Infinity, fact.failedAtMs),
      lastAtMs: Math.max(group?.lastAtMs ?? -Infinity, fact.failedAtMs),
    })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count).slice(0, MAX_GROUPS)
}
