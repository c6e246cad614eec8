import { jsonFaultOrNull } from '../json-check.ts'
import { readJsonTokens } from '../json-tokens.ts'

/** Deeper or longer texts are shown as text: drawing them as a tree would tell nothing. */
const MAX_LEVELS = 200
const MAX_CHARS = 1024 * 1024

export interface JsonNode {
  readonly depth: number
  readonly parent: number | null
  /** As written, quotes and all; null in arrays and at the root. */
  readonly key: string | null
  /** Place among its siblings. */
  readonly place: number
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'word'
  /** Of a value: as written. Of a container: empty. */
  readonly literal: string
  /** Where it stands in the text, to copy it as it is. */
  readonly from: number
  readonly to: number
  readonly children: number
  /** Index of the first node behind all that is inside. */
  readonly next: number
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** A JSON text as nodes in the order of the text, nothing rounded and nothing decoded. Null: no JSON, too long or too deep. */
export function readJsonTreeOrNull(text: string): readonly JsonNode[] | null {
  if (text.length > MAX_CHARS || jsonFaultOrNull(text) !== null) return null
  const nodes: Mutable<JsonNode>[] = []
  const open: number[] = []
  let key: string | null = null
  let lastString = ''
  for (const { kind, text: literal, at } of readJsonTokens(text)) {
    const parent = open.at(-1)
    const owner = parent === undefined ? undefined : nodes[parent]
    if (kind === 'comma') continue
    if (kind === 'colon') {
      key = lastString
      continue
    }
    if (kind === 'close') {
      const closed = open.pop()
      const node = closed === undefined ? undefined : nodes[closed]
      if (node !== undefined) Object.assign(node, { to: at + 1, next: nodes.length })
      continue
    }
    if (kind === 'string' && owner?.kind === 'object' && key === null) {
      lastString = literal
      continue
    }
    if (open.length > MAX_LEVELS) return null
    nodes.push({
      depth: open.length,
      parent: parent ?? null,
      key,
      place: owner?.children ?? 0,
      kind: toKind(kind, literal),
      literal: kind === 'open' ? '' : literal,
      from: at,
      to: at + literal.length,
      children: 0,
      next: nodes.length + 1,
    })
    if (owner !== undefined) owner.children++
    key = null
    if (kind === 'open') open.push(nodes.length - 1)
  }
  return nodes
}

function toKind(kind: string, literal: string): JsonNode['kind'] {
  if (kind === 'open') return literal === '{' ? 'object' : 'array'
  if (kind === 'string') return 'string'
  return /^[-\d]/.test(literal) ? 'number' : 'word'
}

/** The nodes that are seen: nothing inside a folded one. */
export function toVisibleNodes(nodes: readonly JsonNode[], folded: ReadonlySet<number>): number[] {
  const visible: number[] = []
  for (let at = 0; at < nodes.length;) {
    visible.push(at)
    const node = nodes[at]
    at = folded.has(at) && node !== undefined ? node.next : at + 1
  }
  return visible
}

/** `$.user["first name"][3]`, as the filter field takes it. */
export function toJsonPath(nodes: readonly JsonNode[], index: number): string {
  const steps: string[] = []
  for (let node = nodes[index]; node !== undefined && node.parent !== null; node = nodes[node.parent]) {
    steps.push(node.key === null ? `[${node.place}]` : toStep(node.key))
  }
  return `$${steps.toReversed().join('')}`
}

function toStep(key: string): string {
  const name = /^"([A-Za-z_]\w*)"$/.exec(key)?.[1]
  return name === undefined ? `[${key}]` : `.${name}`
}

/** Large documents begin folded below their first levels. */
export function toFirstFolds(nodes: readonly JsonNode[]): ReadonlySet<number> {
  const isLarge = nodes.length > 2_000
  const folds = new Set<number>()
  nodes.forEach(({ depth, children }, at) => {
    if (isLarge && depth >= 2 && children > 0) folds.add(at)
  })
  return folds
}
