/** What the fuzzing of the contract stands on: its calls by name, inputs made from their schemas, and a bare connection. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import fc from 'fast-check'
import { MessageChannel } from 'node:worker_threads'
import * as z from 'zod'
import { contract } from '../../shared/contract/contract.ts'
import type { TaskRef } from '../../shared/contract/model.ts'
import { createInspector } from '../../shared/inspector/router.ts'
import { serveConnection } from '../../shared/inspector/serve.ts'
import { makeFakeHost } from '../helpers/fake-host.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'

/** What no id, node, state or handle may be taken for. */
export const HOSTILE_STRINGS = [
  '',
  '.',
  '..',
  '../../outside/secret',
  '..\\..\\outside\\secret',
  '1_a/../../outside/secret',
  '/etc/passwd',
  '1_a\0b',
  '1_\n',
  '1_\u202e\u2066',
  '1_\ud800',
  '\udc00_1',
  '__proto__',
  'constructor',
  'pending',
  'failed',
  '.meta',
  '.trash',
  '.fq-clock',
  '%2e%2e%2f',
  'CON',
  'a'.repeat(256),
  '9'.repeat(400) + '_a',
  '-0',
  '1e400',
  "'; DROP TABLE tasks; --",
  '<img src=x onerror=alert(1)>',
  '${process.exit(1)}',
] as const

export interface ContractCall {
  readonly name: string
  readonly path: readonly string[]
  /** The input's JSON schema; null where the call takes none. */
  readonly schema: JsonSchema | null
}

/** As much of JSON schema as zod makes of the contract. */
export interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

/** Every call of the contract, found by walking it: what is added later is tried as well. */
export function callsOfContract(): ContractCall[] {
  return walk(contract, [])
}

function walk(part: object, path: readonly string[]): ContractCall[] {
  const definition: unknown = Reflect.get(part, '~orpc')
  if (typeof definition === 'object' && definition !== null) {
    const input: unknown = Reflect.get(definition, 'inputSchema')
    const schema = input instanceof z.ZodType ? toJsonSchema(input) : null
    return [{ name: path.join('.'), path, schema }]
  }
  return Object.entries(part).flatMap(([key, value]) => walk(value as object, [...path, key]))
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

interface KnownValues {
  readonly queueId: string
  readonly refs: readonly TaskRef[]
  readonly root: string
}

/**
 * Inputs of the schema's shape with true handles and tasks, so that they come past the schema; unless `valid`, with one in
 * three values replaced by something hostile or of another type, keys left out, and keys that do not belong there.
 */
export function toInputArbitrary(
  schema: JsonSchema,
  known: KnownValues,
  kind: 'valid' | 'hostile' = 'hostile',
): fc.Arbitrary<unknown> {
  const valid = toValue(schema, '', known, false)
  if (kind === 'valid') return valid
  return fc.oneof({ arbitrary: valid, weight: 1 }, { arbitrary: toValue(schema, '', known, true), weight: 3 })
}

function toValue(
  schema: JsonSchema,
  key: string,
  known: KnownValues,
  isHostile: boolean,
): fc.Arbitrary<unknown> {
  const right = toRightValue(schema, key, known, isHostile)
  if (!isHostile) return right
  return fc.oneof(
    { arbitrary: right, weight: 12 },
    { arbitrary: fc.constantFrom<unknown>(...HOSTILE_STRINGS), weight: 2 },
    {
      arbitrary: fc.constantFrom<unknown>(
        null,
        -1,
        Number.NaN,
        Infinity,
        2 ** 53,
        true,
        [],
        {},
        5n,
        undefined,
      ),
      weight: 1,
    },
  )
}

function toRightValue(
  schema: JsonSchema,
  key: string,
  known: KnownValues,
  isHostile: boolean,
): fc.Arbitrary<unknown> {
  if (key === 'queueId') return fc.constant(known.queueId)
  if (key === 'node') return fc.constantFrom(null, null, 'worker-a')
  if (key === 'task' && known.refs.length > 0) return toRef(schema, known, isHostile)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined)
    return fc.oneof(...choices.map((choice) => toValue(choice, key, known, isHostile)))
  switch (schema.type) {
    case 'object':
      return toObject(schema, known, isHostile)
    case 'array': {
      const item = key === 'tasks' ? toRef(schema.items ?? {}, known, isHostile) : null
      const items = item ?? toValue(schema.items ?? {}, key, known, isHostile)
      return fc.array(items, { minLength: 1, maxLength: 4 })
    }
    case 'integer':
    case 'number':
      return fc.integer(toRange(schema))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return key === 'path'
        ? fc.constantFrom(known.root, `${known.root}/../outside`, '/nowhere', 'relative', '/dev/null')
        : fc.oneof(fc.constantFrom('', 'QUJD', '1_a', '7'), fc.string({ unit: 'binary', maxLength: 20 }))
    default:
      return fc.anything()
  }
}

/** Whole numbers of a bearable size that the schema takes, where there are any. */
function toRange({ minimum = 0, maximum = 1_000 }: JsonSchema): { min: number; max: number } {
  const min = Math.ceil(Math.max(minimum, -1_000))
  return { min, max: Math.max(min, Math.floor(Math.min(maximum, 1_000))) }
}

/** A task that is there, whole, or with one of its parts changed. */
function toRef(schema: JsonSchema, known: KnownValues, isHostile: boolean): fc.Arbitrary<unknown> {
  const real = fc.constantFrom(...known.refs)
  if (!isHostile) return real
  const part = fc.constantFrom(...Object.keys(schema.properties ?? { name: 1 }))
  const changed = fc
    .tuple(real, part, fc.constantFrom<unknown>(...HOSTILE_STRINGS, null, 1))
    .map(([ref, key, value]) => Object.assign(structuredClone(ref), { [key]: value }))
  return fc.oneof(real, changed)
}

function toObject(schema: JsonSchema, known: KnownValues, isHostile: boolean): fc.Arbitrary<unknown> {
  const values = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, part]) => [key, toValue(part, key, known, isHostile)]),
  )
  if (!isHostile) {
    return fc.record(values, { requiredKeys: [...(schema.required ?? [])] })
  }
  const extra = fc.oneof(
    { arbitrary: fc.constant(null), weight: 5 },
    { arbitrary: fc.constantFrom('__proto__', 'constructor', 'path', 'dir', 'extra'), weight: 1 },
  )
  return fc.tuple(fc.record(values, { requiredKeys: [] }), extra).map(([object, key]) =>
    key === null
      ? object
      : // An own key, as JSON.parse makes one of "__proto__".
        Object.defineProperty({ ...object }, key, { value: { polluted: true }, enumerable: true }),
  )
}

export interface RawConnection {
  readonly client: InspectorClient
  readonly queueId: string
  call(path: readonly string[], input: unknown, signal?: AbortSignal): Promise<unknown>
  /** Sends something as a frame, whatever it is. */
  sendRaw(frame: unknown): void
  /** The frames that a call sends, where they are text. */
  recordFrames(act: () => Promise<unknown>): Promise<string[]>
  close(): Promise<void>
}

/** An inspector in this process, over a MessagePort, with the queue open and every service of the desktop app answered. */
export async function connectRaw(queue: string): Promise<RawConnection> {
  const settings = { theme: 'system', readOnlyByDefault: false } as const
  const inspector = createInspector(
    makeFakeHost({
      chooseFolder: () => Promise.resolve(null),
      startDemo: () => Promise.resolve(queue),
      notify: () => true,
      setBadge: () => undefined,
      openWindow: () => undefined,
      settings: () => settings,
      changeSettings: (patch) => ({ ...settings, ...patch }),
      showReleases: () => undefined,
      revealFile: () => undefined,
      startDir: queue,
    }),
  )
  const { port1, port2 } = new MessageChannel()
  const received: unknown[] = []
  const connection = serveConnection(
    inspector.router,
    (frame) => port1.postMessage(frame),
    () => undefined,
  )
  port1.on('message', (frame: unknown) => {
    received.push(frame)
    if (received.length > 50) received.shift()
    connection.receive(frame)
  })
  port2.start()
  const client: InspectorClient = createORPCClient(new RPCLink({ port: port2 }))
  const info = await client.host.openQueue({ kind: 'start' })
  return {
    client,
    queueId: info?.queueId ?? '',
    call: async (path, input, signal) => {
      let target: unknown = client
      for (const key of path) target = Reflect.get(target as object, key)
      return Reflect.apply(target as () => unknown, undefined, [input, { signal }])
    },
    sendRaw: (frame) => connection.receive(frame),
    recordFrames: async (act) => {
      received.length = 0
      await act()
      return received.filter((frame) => typeof frame === 'string')
    },
    close: async () => {
      connection.close()
      port1.close()
      await inspector.close()
    },
  }
}
