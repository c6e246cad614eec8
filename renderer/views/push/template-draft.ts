import { parsePushTemplate, TEMPLATE_VARIABLES } from '../../../shared/contract/push-template.ts'

const SAYS: Readonly<Record<(typeof TEMPLATE_VARIABLES)[number], string>> = {
  n: 'the task’s number, from 1',
  uuid: 'a random UUID',
  now: 'ms since 1970',
  nowIso: 'the time, as ISO 8601',
  random: 'a number from 0 to 1',
}

export const VARIABLES_OFFERED = TEMPLATE_VARIABLES.map((name) => ({ name, says: SAYS[name] }))

export interface TemplateDraft {
  /** The text holds variables, or what looks like one, and they are to be filled in. */
  readonly isUsed: boolean
  /** Its first expansion. */
  readonly first: string
  readonly fault: string | null
  readonly faultAt: number | null
}

const NONE: TemplateDraft = { isUsed: false, first: '', fault: null, faultAt: null }
/** Of the preview: the same at each look, so that it does not flicker while somebody types. */
const SAMPLE_UUID = '3f0c9a52-7d1e-4b86-9e4d-58a6c1d2b704'
const SAMPLE_RANDOM = 0.4142135623730951

/** @param nowMs The time that the preview shows. */
export function readTemplate(text: string, isWanted: boolean, nowMs: number): TemplateDraft {
  if (!isWanted || !text.includes('{{')) return NONE
  const parsed = parsePushTemplate(text)
  if ('fault' in parsed) {
    return { isUsed: true, first: '', fault: parsed.fault.message, faultAt: parsed.fault.at }
  }
  const { template } = parsed
  const values = { n: 1, nowMs, uuid: () => SAMPLE_UUID, random: () => SAMPLE_RANDOM }
  const first = template.expand(values)
  return { isUsed: template.variables.length > 0 || first !== text, first, fault: null, faultAt: null }
}
