import fs from 'node:fs'
import type { Stats } from 'node:fs'

const OPEN_FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)

/** What lies there is no regular file: nothing can be said about its payload. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
}

/**
 * Opens a regular file for reading, never following a link, never waiting for the writer of a FIFO.
 * @throws {ForeignFileError} for anything else; the system's errors: ENOENT where it has moved on.
 */
export function openRegularSync(file: string): { readonly fd: number; readonly stats: Stats } {
  let fd: number
  try {
    fd = fs.openSync(file, OPEN_FLAGS)
  } catch (cause) {
    // A link or a socket: what cannot be opened is told from what may not be.
    if (!fs.lstatSync(file).isFile()) throw new ForeignFileError(undefined, { cause })
    throw cause
  }
  try {
    const stats = fs.fstatSync(fd)
    if (!stats.isFile()) throw new ForeignFileError()
    return { fd, stats }
  } catch (cause) {
    fs.closeSync(fd)
    throw cause
  }
}

/** Fills `into` from the file's position `from` on, as far as the file goes. @returns the number of bytes read. */
export function readFullySync(fd: number, into: Uint8Array, from: number): number {
  let filled = 0
  while (filled < into.length) {
    const read = fs.readSync(fd, into, filled, into.length - filled, from + filled)
    if (read === 0) break
    filled += read
  }
  return filled
}
