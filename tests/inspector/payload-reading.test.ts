import { lstatSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../shared/contract/limits.ts'
import type { TaskRef } from '../../shared/contract/model.ts'
import { expandPayload } from '../../shared/inspector/expand-payload.ts'
import { readDetail, readPayload, readRow, verifyPayload } from '../../shared/inspector/task-reader.ts'
import { appendFailedAttempt } from '../../shared/queue/failure-reason.ts'
import { makeEmptyQueue, makeTempDir, snapshotOf, writeTask } from '../helpers/queue-dirs.ts'

function refTo(dir: string, name: string): TaskRef {
  const { ino, dev } = lstatSync(path.join(dir, 'pending', name), { bigint: true })
  return { state: 'pending', node: null, name, inode: String(ino), device: String(dev) }
}

function push(payload: string | Buffer): { dir: string; ref: TaskRef } {
  const dir = makeEmptyQueue(makeTempDir())
  writeTask(dir, 'pending', '1_a', payload)
  return { dir, ref: refTo(dir, '1_a') }
}

describe('reading a payload', () => {
  it('gives the beginning of a payload of 1 GB and any range of it, without a look at the rest', async () => {
    const { dir, ref } = push('head')
    truncateSync(path.join(dir, 'pending', '1_a'), 24 + 1024 ** 3)
    const detail = await readDetail(dir, ref)
    expect(detail.header).toMatchObject({ integrity: 'unverified', computedMd5: null })
    expect(Buffer.from(detail.payloadHead, 'base64')).toHaveLength(LIMITS.payloadChunkBytes)
    expect(detail.payloadBytes).toBe(1024 ** 3)
    const { bytes } = await readPayload(dir, ref, 1024 ** 3 - 10, 100)
    expect(bytes).toHaveLength(10)
  })

  it('computes the checksum of a payload larger than what a detail reads, and stops when it is told to', async () => {
    const { dir, ref } = push(Buffer.alloc(9 * 1024 * 1024 + 7, 'ab'))
    expect((await readDetail(dir, ref)).header.integrity).toBe('unverified')
    const { computedMd5, integrity } = await verifyPayload(dir, ref)
    expect([computedMd5, integrity]).toEqual([(await readDetail(dir, ref)).header.storedMd5, 'ok'])
    await expect(verifyPayload(dir, ref, AbortSignal.abort())).rejects.toThrow('aborted')
    writeFileSync(path.join(dir, 'pending', '1_a'), 'more', { flag: 'a' })
    expect((await verifyPayload(dir, ref)).integrity).toBe('bad-checksum')
    writeFileSync(path.join(dir, 'pending', '1_a'), 'short')
    expect((await verifyPayload(dir, ref)).integrity).toBe('too-short')
    rmSync(path.join(dir, 'pending', '1_a'))
    await expect(verifyPayload(dir, ref)).rejects.toMatchObject({ code: 'TASK_GONE' })
  })

  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
  ] as const)('opens %s, whole or as far as its limit', async (format, compress) => {
    const text = Buffer.from('{"a":1}\n'.repeat(50_000))
    const small = push(compress(text))
    const before = snapshotOf(small.dir)
    expect(await expandPayload(small.dir, small.ref)).toEqual({ format, bytes: text, isWhole: true })
    expect(snapshotOf(small.dir)).toEqual(before)
    const bomb = push(compress(Buffer.alloc(40 * 1024 * 1024)))
    const opened = await expandPayload(bomb.dir, bomb.ref)
    expect([opened.bytes.length, opened.isWhole]).toEqual([LIMITS.expandedBytes, false])
    const cut = push(compress(text).subarray(0, 40))
    await expect(expandPayload(cut.dir, cut.ref)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('damaged or cut short'),
    })
    const broken = compress(text)
    broken.fill(0x5a, 20)
    const damaged = push(broken)
    await expect(expandPayload(damaged.dir, damaged.ref)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('refuses a frame that asks for more memory than it is worth', async () => {
    const greedy = zstdCompressSync(Buffer.from('x'), {
      params: { [constants.ZSTD_c_windowLog]: 31, [constants.ZSTD_c_contentSizeFlag]: 0 },
    })
    // The window's size stands behind the magic number and the frame header's descriptor.
    greedy[4] = 0
    greedy[5] = (31 - 10) << 3
    const { dir, ref } = push(greedy)
    await expect(expandPayload(dir, ref)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('says that a plain payload, also an empty one, is not compressed', async () => {
    for (const payload of ['plain', '']) {
      const { dir, ref } = push(payload)
      await expect(expandPayload(dir, ref)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringContaining('neither gzip nor zstd'),
      })
    }
  })
})

describe('the time at which a task came into its state', () => {
  const MINUTE = 60_000

  async function readTimes(state: 'failed' | 'pending', failedAtMs: number | null) {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, state, '1_a', 'x')
    const attempt = { node: null, attempt: 1, name: 'Error', message: 'no', stack: null, cause: null }
    if (failedAtMs !== null)
      appendFailedAttempt(dir, '1_a', { ...attempt, failedAtUs: failedAtMs * 1000 }, false)
    const { row } = await readRow(dir, state, null, '1_a')
    if (row.ref === null) throw new Error('The task was written')
    const ctimeMs = Number(lstatSync(path.join(dir, state, '1_a'), { bigint: true }).ctimeNs / 1_000_000n)
    const detail = await readDetail(dir, row.ref)
    return { ctimeMs, changedAtMs: row.changedAtMs, entered: [row.enteredAtMs, detail.enteredAtMs] }
  }

  it('is that of the kept failure, though the file was moved since', async () => {
    const failedAtMs = Date.now() - 6 * MINUTE
    const { ctimeMs, changedAtMs, entered } = await readTimes('failed', failedAtMs)
    expect(entered).toEqual([failedAtMs, failedAtMs])
    expect(changedAtMs).toBe(ctimeMs)
  })

  it.each([
    ['nothing was kept', 'failed', null],
    ['the kept time is none', 'failed', 0],
    ['the kept time lies after the move', 'failed', Date.now() + 6 * MINUTE],
    ['it waits again', 'pending', Date.now() - 6 * MINUTE],
  ] as const)('is that of the move where %s', async (_why, state, failedAtMs) => {
    const { ctimeMs, entered } = await readTimes(state, failedAtMs)
    expect(entered).toEqual([ctimeMs, ctimeMs])
  })
})
