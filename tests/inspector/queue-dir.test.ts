import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readQueueDir } from '../../shared/inspector/queue-dir.ts'
import { makeEmptyQueue, makeTempDir } from '../helpers/queue-dirs.ts'

describe('opening a directory', () => {
  it('takes a queue', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    expect((await readQueueDir(dir)).path).toBe(dir)
  })

  it('refuses a path that does not exist', async () => {
    await expect(readQueueDir(path.join(makeTempDir(), 'nowhere'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('refuses a file, also as a part of the path', async () => {
    const file = path.join(makeTempDir(), 'file')
    writeFileSync(file, '')
    await expect(readQueueDir(file)).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
    await expect(readQueueDir(path.join(file, 'below'))).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' })
  })

  it('refuses a directory that is no queue, says what is missing, and leaves it as it was', async () => {
    const dir = makeTempDir()
    mkdirSync(path.join(dir, 'pending'))
    await expect(readQueueDir(dir)).rejects.toMatchObject({
      code: 'NOT_A_QUEUE',
      message: expect.stringContaining('done/, failed/') as string,
    })
    expect(readdirSync(dir)).toEqual(['pending'])
  })

  it('points to the directory above where a part of a queue was chosen', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    await expect(readQueueDir(path.join(dir, 'failed'))).rejects.toMatchObject({
      message: expect.stringContaining('directory above') as string,
    })
  })
})
