/**
 * Where a person is in a queue, as a fragment of the address: `#/overview`, `#/problems`, `#/failed?filter=…&task=…`,
 * `#/in-progress/<node>`. So back and forward work, a reload keeps the place, and a place can be copied. Pure; the token never is in it.
 */
import type { TaskList, TaskState } from '../../shared/contract/model.ts'

export type Place =
  | { readonly kind: 'overview' }
  | { readonly kind: 'problems' }
  | { readonly kind: 'list'; readonly list: TaskList }

/** A task within the list of the route. */
export interface TaskSpot {
  readonly node: string | null
  readonly name: string
}

export interface Route {
  readonly place: Place
  /** Expression of the filter field; empty: all of the list. */
  readonly filter: string
  readonly task: TaskSpot | null
}

const STATES: readonly TaskState[] = [
  'pending',
  'in-progress',
  'scheduled',
  'failed',
  'done',
  'held',
  'trash',
]
const MAX_CHARS = 4_000
const WITH_PARTS: ReadonlySet<TaskState> = new Set(['in-progress', 'trash'])

export function toHash({ place, filter, task }: Route): string {
  if (place.kind !== 'list') return `#/${place.kind}`
  const { state, node } = place.list
  const query = new URLSearchParams()
  if (filter !== '') query.set('filter', filter)
  if (task !== null) query.set('task', task.name)
  if (task !== null && task.node !== node && task.node !== null) query.set('node', task.node)
  const tail = query.size === 0 ? '' : `?${query.toString()}`
  return `#/${state}${node === null ? '' : `/${encodeURIComponent(node)}`}${tail}`
}

/** Null for what names no place: an address may have been typed or cut. */
export function parseHashOrNull(hash: string): Route | null {
  if (!hash.startsWith('#/') || hash.length > MAX_CHARS) return null
  const [path, tail] = splitOnce(hash.slice(2), '?')
  const [head, rawNode] = splitOnce(path, '/')
  if (head === 'overview' || head === 'problems') {
    return rawNode === undefined ? { place: { kind: head }, filter: '', task: null } : null
  }
  const state = STATES.find((name) => name === head)
  const node = decodeOrNull(rawNode)
  if (state === undefined || node === undefined || (node !== null && !WITH_PARTS.has(state))) return null
  const query = new URLSearchParams(tail ?? '')
  const name = query.get('task')
  return {
    place: { kind: 'list', list: { state, node } },
    filter: query.get('filter') ?? '',
    task: name === null || name === '' ? null : { node: query.get('node') ?? node, name },
  }
}

/** Whether going from one to the other is a step that "back" undoes; a chosen task or a filter being typed is none. */
export function isSamePlace(a: Route, b: Route): boolean {
  return toHash({ ...a, filter: '', task: null }) === toHash({ ...b, filter: '', task: null })
}

function splitOnce(text: string, separator: string): [head: string, tail: string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Null: none was given; undefined: not a bare name, or not decodable. */
function decodeOrNull(raw: string | undefined): string | null | undefined {
  if (raw === undefined) return null
  try {
    const node = decodeURIComponent(raw)
    return node === '' || node === '.' || node === '..' || /[/\0]/.test(node) ? undefined : node
  } catch {
    return undefined
  }
}
