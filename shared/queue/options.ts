/** What a queue is opened with, checked at the door. */
import { systemClock, type Clock } from './clock.ts'
import { assertNodeId } from './node-id.ts'
import type { QueueProblem } from './problems.ts'

export interface FemtoQueueOptions {
  /** Directory of the queue; on a local disk for the full promise. */
  readonly dataDir: string
  /** Name of this worker, stable over restarts. Without it the instance only pushes and schedules, and makes no node directory. */
  readonly nodeId?: string
  /** Make missing directories. Default true; false refuses a directory that is no queue. */
  readonly create?: boolean
  /** ms without a sign of life after which a task in progress is taken over. 1 to 2^31-1, default 30,000. */
  readonly timeoutStaleMs?: number
  /** push, schedule, done and fail return only when their effect survives a power cut. Default false. */
  readonly syncAfterWrite?: boolean
  /** Claims after which a task is given to failed/ instead of being offered again. Default 25, 0 = never. */
  readonly maxAttempts?: number
  /** Largest payload that is accepted and read, bytes. Default 64 MiB. */
  readonly maxPayloadBytes?: number
  /** Where time comes from. Default: the system. */
  readonly clock?: Clock
  /** Told what the core meets and cannot repair. What it throws is ignored. */
  readonly onProblem?: (problem: QueueProblem) => void
}

const DEFAULT_TIMEOUT_STALE_MS = 30_000
const DEFAULT_MAX_ATTEMPTS = 25
const DEFAULT_MAX_PAYLOAD_BYTES = 64 * 1024 * 1024
const MAX_INT32 = 2 ** 31 - 1
const MAX_COUNT = 999_999_999
/** The year 2255; whole µs are exact until there. */
const LATEST_US = 9e15

/** @throws TypeError or RangeError that says what was expected and what came. */
export function checkOptions(options: FemtoQueueOptions) {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`Expected options, got ${show(options)}`)
  const {
    dataDir,
    nodeId,
    clock = systemClock,
    onProblem = () => {},
    create = true,
    syncAfterWrite = false,
  } = options
  if (typeof dataDir !== 'string' || dataDir === '' || dataDir.includes('\0')) {
    throw new TypeError(`dataDir must be the path of a directory, got ${show(dataDir)}`)
  }
  if (nodeId !== undefined) assertNodeId(nodeId)
  if (typeof onProblem !== 'function')
    throw new TypeError(`onProblem must be a function, got ${show(onProblem)}`)
  if (typeof clock?.wallUs !== 'function' || typeof clock.monotonicUs !== 'function') {
    throw new TypeError(`clock must have wallUs() and monotonicUs(), got ${show(clock)}`)
  }
  return {
    dataDir,
    nodeId: nodeId ?? null,
    clock,
    onProblem,
    create: checkBoolean('create', create),
    syncAfterWrite: checkBoolean('syncAfterWrite', syncAfterWrite),
    timeoutStaleMs: checkWhole(
      'timeoutStaleMs',
      options.timeoutStaleMs ?? DEFAULT_TIMEOUT_STALE_MS,
      1,
      MAX_INT32,
    ),
    maxAttempts: checkWhole('maxAttempts', options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS, 0, MAX_COUNT),
    maxPayloadBytes: checkWhole(
      'maxPayloadBytes',
      options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES,
      0,
      MAX_INT32,
    ),
  }
}

/** A Date or whole µs since 1970 as µs. @throws TypeError, RangeError. */
export function checkWhen(when: unknown): number {
  if (when instanceof Date) return checkWhole('when', when.getTime() * 1000, 0, LATEST_US)
  if (typeof when !== 'number')
    throw new TypeError(`when must be a Date or whole microseconds since 1970, got ${show(when)}`)
  return checkWhole('when', when, 0, LATEST_US)
}

/** @throws TypeError unless it is bytes or text. */
export function checkPayload(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof Uint8Array) return data
  throw new TypeError(`data must be a Uint8Array or a string, got ${show(data)}`)
}

/** @throws TypeError, RangeError. */
export function checkWhole(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${show(value)}`)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, got ${value}`)
}

function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, got ${show(value)}`)
  return value
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value
}
