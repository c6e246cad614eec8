/**
 * The new name of a moved task in a few characters, told by its old one: what journals and results keep of a million moves.
 *
 *     =            the same name
 *     -            the original id
 *     ^<stamp>     <stamp>_<original id>
 *     otherwise    the name itself, as toText() writes it
 */
import { originalIdOf } from '../../queue/index.ts'
import type { ParsedTaskName } from '../../queue/index.ts'

export function encodeNewName(task: Pick<ParsedTaskName, 'name' | 'originalId'>, newName: string): string {
  if (newName === task.name) return '='
  if (newName === task.originalId) return '-'
  const at = newName.length - task.originalId.length - 1
  if (at > 0 && newName.charCodeAt(at) === 95 && newName.endsWith(task.originalId)) {
    const stamp = newName.slice(0, at)
    if (/^\d+$/.test(stamp)) return `^${stamp}`
  }
  return toText(newName)
}

export function decodeNewName(name: string, code: string): string {
  if (code === '=') return name
  const first = code.charCodeAt(0)
  if (first !== 45 && first !== 94) return parseText(code)
  const originalId = originalIdOf(name)
  return first === 45 ? originalId : `${code.slice(1)}_${originalId}`
}

/** A name as one field of a line: as it is, or as JSON where it holds what would end the field. */
export function toText(name: string): string {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) < 32) return JSON.stringify(name)
  return name.startsWith('"') ? JSON.stringify(name) : name
}

export function parseText(text: string): string {
  if (!text.startsWith('"')) return text
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'string') throw new TypeError('Expected a name')
  return value
}
