import { useSyncExternalStore } from 'react'
import { createKeptList } from './kept-list.ts'

/** A payload that is pushed often, kept in this browser. */
export interface PushTemplate {
  readonly name: string
  readonly form: string
  readonly text: string
}

const kept = createKeptList<PushTemplate>('fq-templates', (value) =>
  ['name', 'form', 'text'].every((key) => typeof value[key] === 'string'),
)

export function usePushTemplates(): readonly PushTemplate[] {
  return useSyncExternalStore(kept.subscribe, kept.get)
}

/** One of the same name is replaced. */
export function savePushTemplate(template: PushTemplate): void {
  kept.set([...kept.get().filter(({ name }) => name !== template.name), template])
}

export function forgetPushTemplate(name: string): void {
  kept.set(kept.get().filter((one) => one.name !== name))
}
