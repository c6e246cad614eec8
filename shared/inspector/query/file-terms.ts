/** The terms of a filter that need a look at the task's file or at the kept reason. They run in worker threads. */
import type { FilterTerm, IsValue, PayloadKind, TextTest } from '../../contract/filter-expression.ts'
import { isInRange } from '../../contract/filter-values.ts'
import { HEADER_BYTES } from '../../queue/index.ts'
import { toPreviewKind } from '../payload-preview.ts'
import { toFailureTitle, toShape } from './failure-title.ts'
import { toJsonMatcher } from './json-match.ts'
import { testElapsed, testTime, toGlobMatcher } from './name-terms.ts'
import type { TimedAnswer } from './name-terms.ts'
import type { TaskProbe } from './task-probe.ts'
import { toByteNeedle, toTextMatcher, toTextNeedle } from './text-needle.ts'

/** Time without a claim or heartbeat after which others may take a task: the queue's own default. */
const STALE_MS = 30_000

/** Null: it cannot be told, because the payload is larger than what is searched. */
export type FileTest = (probe: TaskProbe, nowMs: number) => boolean | TimedAnswer | null

export function toFileTest(term: FilterTerm): FileTest {
  switch (term.kind) {
    case 'age':
      return (probe, nowMs) => testElapsed(term.range, probe.stats().ctimeMs, nowMs)
    case 'entered':
      return (probe, nowMs) => testTime(term.time, probe.stats().ctimeMs, nowMs)
    case 'pushed':
      return (probe, nowMs) => testTime(term.time, probe.stats().mtimeMs, nowMs)
    case 'size':
      return (probe) => isInRange(Math.max(0, probe.stats().size - HEADER_BYTES), term.range)
    case 'is':
      return toConditionTest(term.value)
    case 'node': {
      const matches = toGlobMatcher(term.pattern)
      return (probe) => {
        const node = probe.record()?.node ?? null
        return node !== null && matches(node)
      }
    }
    case 'attempts':
      return (probe) =>
        isInRange(Math.max(probe.record()?.attempt ?? 0, probe.name.attempts ?? 0), term.range)
    case 'error': {
      const matches = toGlobMatcher(term.pattern)
      return (probe) => matches(probe.record()?.name ?? '')
    }
    case 'failure':
      return (probe) => {
        const record = probe.record()
        return record !== null && toFailureTitle(record) === term.title
      }
    case 'has-reason':
      return (probe) => probe.record() !== null
    case 'reason': {
      const matches = toReasonMatcher(term.test)
      return (probe) => {
        const record = probe.record()
        return record !== null && matches(`${record.name}: ${record.message}`)
      }
    }
    default:
      return toPayloadTest(term)
  }
}

function toPayloadTest(term: FilterTerm): FileTest {
  switch (term.kind) {
    case 'word':
      return toWordTest(term.text)
    case 'text': {
      if (term.test.how === 'regex') return toRegexTest(term.test.source, term.test.flags)
      const needle = toTextNeedle(term.test.text)
      return (probe) => probe.contains(needle)
    }
    case 'bytes': {
      const needle = toByteNeedle(Buffer.from(term.hex, 'hex'))
      return (probe) => probe.contains(needle)
    }
    case 'payload-kind':
      return toKindTest(term.value)
    case 'shape':
      return (probe) => {
        const json = probe.json()
        return json === null ? null : json !== undefined && toShape(json.value) === term.shape
      }
    case 'json': {
      const matches = toJsonMatcher(term.path)
      return (probe) => {
        const json = probe.json()
        return json === null ? null : json !== undefined && matches(json.value, json.text)
      }
    }
    default:
      throw new TypeError(`The term ${term.kind} is decided by the name`)
  }
}

/** In the id, in the kept reason (of failed tasks), or in the payload. */
function toWordTest(text: string): FileTest {
  const matches = toTextMatcher(text)
  const needle = toTextNeedle(text)
  return (probe) => {
    const { list, taskId } = probe.name
    if (matches(taskId)) return true
    const record = list === 'failed' ? probe.record() : null
    if (record !== null && matches(`${record.name}: ${record.message}`)) return true
    return probe.contains(needle)
  }
}

function toRegexTest(source: string, flags: string): FileTest {
  const pattern = new RegExp(source, flags)
  return (probe) => {
    const bytes = probe.whole()
    return bytes === null ? null : pattern.test(bytes.toString())
  }
}

function toReasonMatcher(test: TextTest): (candidate: string) => boolean {
  if (test.how === 'contains') return toTextMatcher(test.text)
  const pattern = new RegExp(test.source, test.flags)
  return (candidate) => pattern.test(candidate)
}

function toConditionTest(value: IsValue): FileTest {
  switch (value) {
    case 'corrupt':
      return (probe) => probe.isCorrupt()
    case 'foreign':
      return (probe) => !probe.stats().isFile()
    case 'empty':
      return (probe) => probe.stats().isFile() && probe.stats().size === HEADER_BYTES
    case 'stale':
      return (probe, nowMs) => {
        if (probe.name.list !== 'in-progress') return false
        const staleAtMs = probe.stats().ctimeMs + STALE_MS
        return { holds: nowMs > staleAtMs, turnsAtMs: nowMs > staleAtMs ? Infinity : staleAtMs }
      }
    case 'overdue':
      throw new TypeError('Whether a task is overdue is decided by its name')
  }
}

function toKindTest(value: PayloadKind): FileTest {
  if (value === 'json')
    return (probe) => {
      const json = probe.json()
      return json === null ? null : json !== undefined
    }
  return (probe) => {
    const { bytes, isWhole } = probe.head()
    return toPreviewKind(bytes, isWhole) === value
  }
}
