/** A file that the page writes piece by piece, where the person wants it. */
export interface Download {
  readonly name: string
  readonly write: (chunk: Uint8Array<ArrayBuffer>) => Promise<void>
  /** Only now the file is there. */
  readonly close: () => Promise<void>
  /** Leaves no half file behind. */
  readonly abandon: () => Promise<void>
}

interface Writable {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}

interface FileHandle {
  readonly name: string
  createWritable(): Promise<Writable>
}

type SaveFilePicker = (options: { suggestedName: string }) => Promise<FileHandle>

/** Straight to the disk where the browser can (File System Access), else gathered and downloaded. Null: cancelled. */
export async function openDownloadOrNull(name: string): Promise<Download | null> {
  const pick: unknown = Reflect.get(window, 'showSaveFilePicker')
  if (!isPicker(pick)) return gatherDownload(name)
  try {
    const handle = await pick.call(window, { suggestedName: name })
    const writable = await handle.createWritable()
    return {
      name: handle.name,
      write: (chunk) => writable.write(chunk),
      close: () => writable.close(),
      abandon: () => writable.abort(),
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    // The click is too long ago, or the browser's rules forbid the dialog.
    if (error instanceof DOMException && error.name === 'SecurityError') return gatherDownload(name)
    throw error
  }
}

function isPicker(value: unknown): value is SaveFilePicker {
  return typeof value === 'function'
}

/** The browser keeps a Blob's parts on disk where they grow large. */
function gatherDownload(name: string): Download {
  let parts: Blob[] = []
  return {
    name,
    async write(chunk) {
      parts.push(new Blob([chunk]))
    },
    async close() {
      const url = URL.createObjectURL(new Blob(parts))
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      // The browser reads the URL after this turn.
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    },
    async abandon() {
      parts = []
    },
  }
}
