/** What a person has written in the push lab and not pushed yet. It outlives the dialog: Esc closes, and throws nothing away. */
export type LabForm = 'json' | 'text' | 'hex' | 'files'

export interface DroppedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface LabDraft {
  readonly form: LabForm
  readonly text: string
  readonly files: readonly DroppedFile[]
  readonly copies: string
  readonly rate: string
  readonly isLater: boolean
  /** As the field for a time takes it; null: none was chosen yet. */
  readonly due: string | null
  readonly wantsVariables: boolean
}

/** Nothing was written or chosen; the form alone is no draft. */
export function isEmptyLab(lab: LabDraft): boolean {
  const { text, files, copies, rate, isLater } = lab
  const isPlain = copies === EMPTY_LAB.copies && rate === EMPTY_LAB.rate && !isLater
  return isPlain && text === '' && files.length === 0
}

export const EMPTY_LAB: LabDraft = {
  form: 'json',
  text: '',
  files: [],
  copies: '1',
  rate: '',
  isLater: false,
  due: null,
  wantsVariables: true,
}
