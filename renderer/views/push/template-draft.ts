export const TEMPLATE_VARIABLES = [
  { name: 'n', says: 'the task’s number, from 1' },
  { name: 'uuid', says: 'a random UUID' },
  { name: 'now', says: 'ms since 1970' },
  { name: 'nowIso', says: 'the time, as 2026-11-24T15:04:05.000Z' },
  { name: 'random', says: 'a number from 0 to 1' },
] as const

export interface TemplateDraft {
  /** The text holds variables that are to be filled in. */
  readonly isUsed: boolean
  /** Its first expansion. */
  readonly first: string
  readonly fault: string | null
  readonly faultAt: number | null
}

const VARIABLE = /\{\{\s*(\w*)\s*\}\}/g
const NONE: TemplateDraft = { isUsed: false, first: '', fault: null, faultAt: null }

export function readTemplate(text: string, isWanted: boolean): TemplateDraft {
  if (!isWanted || !text.includes('{{')) return NONE
  const bad = [...text.matchAll(VARIABLE)].find(
    ([, name]) => !TEMPLATE_VARIABLES.some((known) => known.name === name),
  )
  if (bad !== undefined) {
    const fault = `There is no variable ${bad[0]}.`
    return { isUsed: true, first: '', fault, faultAt: bad.index }
  }
  return { isUsed: true, first: text.replaceAll(VARIABLE, '1'), fault: null, faultAt: null }
}
