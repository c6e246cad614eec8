/** Just enough of the ustar format (POSIX.1-1988) to pack plain files; every tar, and every file manager, unpacks it. */

const BLOCK_BYTES = 512
const MAX_OCTAL_SIZE = 8 ** 11
const NAME_BYTES = 100

/** Two empty blocks. */
export const TAR_END = Buffer.alloc(BLOCK_BYTES * 2)

/**
 * The block in front of a file.
 * @param path Folders and the file's name, in ASCII, without slashes; the name at most 100 characters, the folders together at most 155.
 */
export function toTarHeader(path: readonly string[], bytes: number, modifiedAtMs: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES)
  const name = path.at(-1) ?? ''
  const folder = path.slice(0, -1).join('/')
  if (name.length > NAME_BYTES || folder.length > 155)
    throw new RangeError(`A path in an archive is too long: ${folder}/${name}`)
  header.write(name, 0, 'ascii')
  header.write('0000644\0', 100, 'ascii')
  header.write('0000000\0', 108, 'ascii')
  header.write('0000000\0', 116, 'ascii')
  writeSize(header, bytes)
  const seconds = Math.min(Math.max(0, Math.floor(modifiedAtMs / 1000)), MAX_OCTAL_SIZE - 1)
  header.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136, 'ascii')
  header.write('        ', 148, 'ascii')
  header.write('0', 156, 'ascii')
  header.write('ustar\x0000', 257, 'ascii')
  header.write(folder, 345, 'ascii')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  return header
}

/** From 8 GiB on as a binary number, which GNU and BSD tar understand too. */
function writeSize(header: Buffer, bytes: number): void {
  if (bytes < MAX_OCTAL_SIZE) {
    header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124, 'ascii')
    return
  }
  header[124] = 0x80
  header.writeBigUInt64BE(BigInt(bytes), 128)
}

/** What fills the last block of a file. */
export function toTarPadding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES)
}
