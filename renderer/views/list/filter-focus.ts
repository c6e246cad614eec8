/** The one filter field of the page, known by its id: its shortcut comes from anywhere. */
export const FILTER_FIELD_ID = 'fq-filter'

export function focusFilter(): void {
  const field = document.getElementById(FILTER_FIELD_ID)
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}
