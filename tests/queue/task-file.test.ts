import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeTask, encodeTask, FemtoQueue, HEADER_BYTES, parseHeader } from '../../shared/queue/index.ts'
import { recreateRecordedQueue } from '../helpers/queue-dirs.ts'
import { listDir, makeTempDir, openQueue } from './temp-queue.ts'

/** RFC 1321, appendix A.5. */
const RFC_1321: ReadonlyArray<readonly [string, string]> = [
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
]

describe('the task file', () => {
  it.each(RFC_1321)('stores the MD5 of %j', (payload, md5) => {
    const bytes = encodeTask(Buffer.from(payload))
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]))
    expect(bytes.subarray(8, HEADER_BYTES).toString('hex')).toBe(md5)
    expect(decodeTask(bytes)).toMatchObject({ kind: 'ok', payload: Buffer.from(payload) })
  })

  it('refuses a file cut short at any byte', () => {
    const bytes = encodeTask(Buffer.from('forty bytes of payload, or thereabouts..'))
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeTask(bytes.subarray(0, length)).kind).toBe(
        length < HEADER_BYTES ? 'too-short' : 'bad-checksum',
      )
    }
  })

  it('refuses a flip of any bit but those of the seven bytes that nobody reads', () => {
    const bytes = encodeTask(Buffer.from('payload'))
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      const at = bit >> 3
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7))
      const expected = at === 0 ? 'bad-version' : at < 8 ? 'ok' : 'bad-checksum'
      expect(decodeTask(flipped).kind, `bit ${bit}`).toBe(expected)
    }
  })

  it('gives the stored checksum of a header alone, for readers of large files', () => {
    const header = parseHeader(encodeTask(Buffer.from('x')).subarray(0, HEADER_BYTES))
    expect(header).toEqual({ kind: 'ok', md5: createHash('md5').update('x').digest() })
  })

  it('reads every task of the queues that Python wrote', () => {
    for (const recorded of ['every-state', 'small-payloads'] as const) {
      const dataDir = recreateRecordedQueue(makeTempDir(), recorded)
      const queue = openQueue({ dataDir, nodeId: 'reader', timeoutStaleMs: 1 })
      let popped = 0
      for (let task = queue.pop(); task !== null; task = queue.pop()) {
        queue.done(task)
        popped++
      }
      expect(popped).toBeGreaterThan(2)
      expect(listDir(dataDir, 'pending')).toEqual([])
      expect(listDir(dataDir, 'failed').length).toBeLessThanOrEqual(1)
    }
  })

  it.each([0, 1, 23, 24, 65_511, 65_512, 65_513, 1_000_000])(
    'carries %i bytes through push and pop',
    (length) => {
      const dataDir = makeTempDir()
      const queue: FemtoQueue = openQueue({ dataDir, nodeId: 'n' })
      const payload = Buffer.alloc(length, 'payload ')
      queue.push(payload)
      const task = queue.pop()
      expect(Buffer.compare(task?.data ?? Buffer.alloc(1), payload)).toBe(0)
      expect(listDir(dataDir, 'creating')).toEqual([])
    },
  )
})
