import { Readable } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { LIMITS } from '../contract/limits.ts'
import type { TaskRef } from '../contract/model.ts'
import { errnoOrNull } from '../queue/errors.ts'
import { InspectorError } from './inspector-error.ts'
import { withPayload } from './task-reader.ts'

export interface ExpandedPayload {
  readonly bytes: Buffer
  readonly format: 'gzip' | 'zstd'
  /** False where there is more than LIMITS.expandedBytes. */
  readonly isWhole: boolean
}

const MAGIC = { gzip: Buffer.from('1f8b', 'hex'), zstd: Buffer.from('28b52ffd', 'hex') } as const
/** A frame may ask for a window of up to 2 GiB of memory; nothing that people compress needs more than this, 64 MiB. */
const MAX_ZSTD_WINDOW_LOG = 26

/**
 * Opens a compressed payload, as far as LIMITS.expandedBytes: what a few bytes can grow to is not believed in advance.
 * @throws {InspectorError} BAD_REQUEST where it is neither gzip nor zstd, or damaged; TASK_GONE, UNREADABLE
 */
export function expandPayload(root: string, ref: TaskRef, signal?: AbortSignal): Promise<ExpandedPayload> {
  return withPayload(root, ref, async (pieces) => {
    const iterator = pieces[Symbol.asyncIterator]()
    const first = await iterator.next()
    const head = first.done === true ? Buffer.alloc(0) : first.value
    const format = toFormatOrNull(head)
    if (format === null)
      throw new InspectorError(
        'BAD_REQUEST',
        'This payload is neither gzip nor zstd: it can be shown as it is only.',
      )
    async function* all(): AsyncGenerator<Buffer, void, void> {
      yield head
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value
    }
    return { format, ...(await expand(format, all(), signal)) }
  })
}

function toFormatOrNull(head: Buffer): 'gzip' | 'zstd' | null {
  if (head.subarray(0, MAGIC.gzip.length).equals(MAGIC.gzip)) return 'gzip'
  return head.subarray(0, MAGIC.zstd.length).equals(MAGIC.zstd) ? 'zstd' : null
}

async function expand(
  format: 'gzip' | 'zstd',
  pieces: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const opener =
    format === 'gzip'
      ? createGunzip()
      : createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG } })
  const source = Readable.from(pieces)
  source.on('error', (cause) => opener.destroy(cause))
  source.pipe(opener)
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of opener) {
      signal?.throwIfAborted()
      if (!Buffer.isBuffer(chunk)) throw new TypeError('A decompressor gives bytes')
      chunks.push(chunk)
      length += chunk.length
      if (length > LIMITS.expandedBytes) break
    }
  } catch (cause) {
    if (errnoOrNull(cause)?.startsWith('Z') !== true) throw cause
    throw new InspectorError(
      'BAD_REQUEST',
      `This payload begins like ${format}, but cannot be opened: it is damaged or cut short. Look at its bytes as they are.`,
      cause,
    )
  } finally {
    source.destroy()
  }
  return {
    bytes: Buffer.concat(chunks, Math.min(length, LIMITS.expandedBytes)),
    isWhole: length <= LIMITS.expandedBytes,
  }
}
