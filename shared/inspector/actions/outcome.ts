import type { ActionOutcome, TaskRef } from '../../contract/model.ts'

export function toMoved(task: TaskRef, newName: string): ActionOutcome {
  return { name: task.name, result: 'moved', newName, reason: null }
}

export function toSkipped(task: TaskRef, reason: string): ActionOutcome {
  return { name: task.name, result: 'skipped', newName: null, reason }
}

export function toFailed(task: TaskRef, reason: string): ActionOutcome {
  return { name: task.name, result: 'failed', newName: null, reason }
}
