import { LIMITS } from '../../../shared/contract/limits.ts'
import type { DroppedFile } from '../../store/lab-draft.ts'

/** Reads files as they are; no more than one push takes. @throws DOMException where one cannot be read (a folder, say). */
export async function readFiles(files: Iterable<File>): Promise<DroppedFile[]> {
  const some = [...files].slice(0, LIMITS.windowRows)
  return Promise.all(
    some.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  )
}
