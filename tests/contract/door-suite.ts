import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Host } from '../../shared/inspector/host.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

export type Connect = (
  host: Partial<Host>,
) => Promise<{ client: InspectorClient; sendRaw: (frame: unknown) => void; badFrames: () => number }>

/** What stops at the door, whatever carries the frames: directories that are no queues, calls before one is open, no requests. */
export function describeDoor(transport: string, connect: Connect): void {
  describe(`the door of the contract over ${transport}`, () => {
    it('answers for each kind of bad directory with its own error', async () => {
      const { client } = await connect({})
      const parent = makeTempDir()
      const openAt = (at: string) => client.host.openQueue({ kind: 'path', path: at })
      await expect(openAt(path.join(parent, 'nowhere'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(openAt(parent)).rejects.toMatchObject({ code: 'NOT_A_QUEUE' })
      await expect(openAt('relative/path')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      expect(readdirSync(parent)).toEqual([])
    })

    it('answers for a queue that was never opened', async () => {
      const { client } = await connect({})
      await expect(client.queue.problems({ queueId: 'unknown' })).rejects.toMatchObject({ code: 'NOT_OPEN' })
    })

    it('opens no typed path where the host was started on one queue', async () => {
      const dir = makeEmptyQueue(makeTempDir())
      const fixed = await connect({ canOpenPath: false, startDir: dir })
      await expect(
        fixed.client.host.openQueue({ kind: 'path', path: makeEmptyQueue(makeTempDir()) }),
      ).rejects.toMatchObject({ code: 'NOT_OFFERED' })
      expect((await fixed.client.host.openQueue({ kind: 'start' }))?.path).toBe(dir)
    })

    it('survives frames that are no requests', async () => {
      const link = await connect({})
      for (const frame of [
        '',
        '{',
        'null',
        '[]',
        '{"i":1}',
        '\u0000',
        '{"i":"1","t":99,"p":null}',
        '{"__proto__":{"i":"1"}}',
      ])
        link.sendRaw(frame)
      await waitUntil('the bad frames to be noticed', () => link.badFrames() > 0)
    })
  })
}
