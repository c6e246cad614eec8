import { useState } from 'react'
import { LIMITS } from '../../../shared/contract/limits.ts'
import { toDueOrNull, toLocalInput } from '../../components/due-time.ts'
import { formatBytes, formatCount } from '../../components/format.ts'
import type { DroppedFile, LabDraft, LabForm } from '../../store/lab-draft.ts'
import { useInspector, useInspectorState } from '../../store/use-inspector.ts'
import type { PushOrder } from '../../store/push-controller.ts'
import { PUSH_WORDS } from '../../words/push-words.ts'
import { readDraft } from './push-draft.ts'
import type { Draft } from './push-draft.ts'
import { readTemplate } from './template-draft.ts'
import type { TemplateDraft } from './template-draft.ts'

const FIRST_DELAY_MS = 10 * 60_000

export interface PushLab {
  readonly form: LabForm
  readonly setForm: (form: LabForm) => void
  readonly text: string
  readonly setText: (text: string) => void
  readonly files: readonly DroppedFile[]
  readonly setFiles: (files: readonly DroppedFile[]) => void
  readonly copies: string
  readonly setCopies: (copies: string) => void
  readonly rate: string
  readonly setRate: (rate: string) => void
  readonly isLater: boolean
  readonly setLater: (isLater: boolean) => void
  readonly due: string
  readonly setDue: (due: string) => void
  readonly wantsVariables: boolean
  readonly setWantsVariables: (wanted: boolean) => void
  readonly template: TemplateDraft
  readonly draft: Draft
  /** What would be pushed; null where something is wrong or missing. */
  readonly order: PushOrder | null
  /** Tasks that it would make. */
  readonly count: number
  /** What is wrong beside the payload, one sentence. */
  readonly fault: string | null
}

/** What a person wrote in the push lab, as the order that it means. */
export function usePushLab(limitBytes: number): PushLab {
  const { pushes } = useInspector()
  const lab = useInspectorState((state) => state.lab)
  const { form, text, files, copies, rate, isLater, wantsVariables } = lab
  const keep = (patch: Partial<LabDraft>): void => pushes.keep(patch)
  const [openedAtMs] = useState(Date.now)
  const due = lab.due ?? toLocalInput(openedAtMs + FIRST_DELAY_MS)
  const template = readTemplate(text, form !== 'hex' && form !== 'files' && wantsVariables, openedAtMs)
  const draft = toDraft(form, text, files, template, limitBytes)
  const copiesNumber = toWholeOrNull(copies, LIMITS.pushCopies)
  const perSecond = toRateOrNull(rate)
  const dueAtMs = isLater ? toDueOrNull(due) : null
  const payloads = toPayloadsOrNull(form, text, files, template, draft)
  const fault =
    copiesNumber === null
      ? `Copies are a whole number from 1 to ${formatCount(LIMITS.pushCopies)}.`
      : perSecond === undefined
        ? 'The rate is a number of tasks a second, from 0.01 to 10,000.'
        : null
  const isTimed = !isLater || dueAtMs !== null
  const order: PushOrder | null =
    payloads === null || copiesNumber === null || perSecond === undefined || !isTimed
      ? null
      : { payloads, isTemplate: template.isUsed, copies: copiesNumber, perSecond, dueAtMs }
  const count = (copiesNumber ?? 0) * (payloads?.length ?? 1)
  return {
    form,
    setForm: (next) => keep({ form: next }),
    text,
    setText: (next) => keep({ text: next }),
    files,
    setFiles: (next) => keep({ files: next }),
    copies,
    setCopies: (next) => keep({ copies: next }),
    rate,
    setRate: (next) => keep({ rate: next }),
    isLater,
    setLater: (next) => keep({ isLater: next }),
    due,
    setDue: (next) => keep({ due: next }),
    wantsVariables,
    setWantsVariables: (next) => keep({ wantsVariables: next }),
    template,
    draft,
    order,
    count,
    fault,
  }
}

function toDraft(
  form: LabForm,
  text: string,
  files: readonly DroppedFile[],
  template: TemplateDraft,
  limitBytes: number,
): Draft {
  if (form === 'files') {
    const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const tooLarge = files.find(({ bytes }) => bytes.length > limitBytes)
    const fault =
      tooLarge === undefined
        ? null
        : `${tooLarge.name} is too large: at most ${formatBytes(limitBytes)} can be pushed here.`
    const none = files.length === 0 ? { note: PUSH_WORDS.noFiles } : {}
    return { bytes: null, size, fault, faultAt: null, ...none }
  }
  if (template.fault !== null) {
    return { bytes: null, size: null, fault: template.fault, faultAt: template.faultAt }
  }
  // What is written may be JSON only when its variables are filled in: the first task is checked.
  const draft = readDraft(template.isUsed ? template.first : text, form, limitBytes)
  return template.isUsed ? { ...draft, faultAt: null } : draft
}

function toPayloadsOrNull(
  form: LabForm,
  text: string,
  files: readonly DroppedFile[],
  template: TemplateDraft,
  draft: Draft,
): readonly Uint8Array[] | null {
  if (draft.fault !== null) return null
  if (form === 'files') return files.length === 0 ? null : files.map(({ bytes }) => bytes)
  if (template.isUsed) return [new TextEncoder().encode(text)]
  return draft.bytes === null ? null : [draft.bytes]
}

function toWholeOrNull(text: string, max: number): number | null {
  const number = Number(text.replaceAll(',', ''))
  return text.trim() !== '' && Number.isInteger(number) && number >= 1 && number <= max ? number : null
}

/** Null: no rate is asked for. Undefined: it is none. */
function toRateOrNull(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const number = Number(text)
  return number >= 0.01 && number <= 10_000 ? number : undefined
}
