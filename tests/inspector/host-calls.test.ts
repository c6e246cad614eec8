import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ActiveWork } from '../../shared/inspector/active-work.ts'
import { HostCommands } from '../../shared/inspector/host-commands.ts'
import { InspectorError } from '../../shared/inspector/inspector-error.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { connectInspector } from '../helpers/inspector-client.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../helpers/queue-dirs.ts'

const TARGET = { view: 'failed', taskId: null } as const

async function connect(host: Partial<Host>): Promise<InspectorClient> {
  const inspector = await connectInspector(host)
  onTestFinished(() => inspector.close())
  return inspector.client
}

async function open(client: InspectorClient, path: string): Promise<string> {
  const info = await client.host.openQueue({ kind: 'path', path })
  return info?.queueId ?? ''
}

/** A thread takes half a second to start: what can be told over one is told over one. */
describe('what only the desktop app has', () => {
  it('is not offered by the server, and said so', async () => {
    const client = await connect({})
    const queueId = await open(client, makeEmptyQueue(makeTempDir()))
    const refusal = { code: 'NOT_OFFERED' }
    await expect(client.host.notify({ title: 't', body: '', queueId, target: TARGET })).rejects.toMatchObject(
      refusal,
    )
    await expect(client.host.setBadge({ count: 1 })).rejects.toMatchObject(refusal)
    await expect(client.host.openWindow({ kind: 'demo' })).rejects.toMatchObject(refusal)
    await expect(client.host.settings()).rejects.toMatchObject(refusal)
    await expect(client.host.changeSettings({ theme: 'dark' })).rejects.toMatchObject(refusal)
    await expect(client.host.showReleases()).rejects.toMatchObject(refusal)
    expect(await client.host.info()).toMatchObject({ canCheckForUpdates: false, startPlace: null })
  })

  it('reaches the host with what was asked, and its answers come back', async () => {
    const asked: unknown[] = []
    const settings = { theme: 'dark', readOnlyByDefault: false } as const
    const client = await connect({
      notify: (content, path) => asked.push([content.title, path]) > 0,
      setBadge: (count) => void asked.push(count),
      openWindow: (source) => void asked.push(source),
      settings: () => settings,
      changeSettings: (patch) => ({ ...settings, ...patch }),
      showReleases: () => void asked.push('releases'),
      startPlace: TARGET,
    })
    const dir = makeEmptyQueue(makeTempDir())
    const queueId = await open(client, dir)
    expect(await client.host.notify({ title: 't', body: '', queueId, target: TARGET })).toEqual({
      shown: true,
    })
    await client.host.setBadge({ count: 3 })
    await client.host.openWindow({ kind: 'path', path: dir })
    await client.host.showReleases()
    expect(asked).toEqual([['t', dir], 3, { kind: 'path', path: dir }, 'releases'])
    expect(await client.host.settings()).toEqual(settings)
    expect(await client.host.changeSettings({ readOnlyByDefault: true })).toEqual({
      ...settings,
      readOnlyByDefault: true,
    })
    expect(await client.host.info()).toMatchObject({ canCheckForUpdates: true, startPlace: TARGET })
  })

  it('tells why it could not, in the words of the host', async () => {
    const client = await connect({
      openWindow: () => Promise.reject(new InspectorError('NOT_FOUND', 'It is not there any more.')),
      showReleases: () => Promise.reject(new Error('a defect')),
    })
    await expect(client.host.openWindow({ kind: 'demo' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'It is not there any more.',
    })
    await expect(client.host.openWindow({ kind: 'path', path: 'relative' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(client.host.showReleases()).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  })
})

describe('the file manager', () => {
  it('is shown the file that the person saw, and no other', async () => {
    const dir = makeEmptyQueue(makeTempDir())
    writeTask(dir, 'failed', '7_seen', 'x')
    const shown: string[] = []
    const client = await connect({ revealFile: (file) => void shown.push(file) })
    const queueId = await open(client, dir)
    const list = { state: 'failed', node: null } as const
    const { rows } = await client.tasks.window({ queueId, list, order: 'oldest', offset: 0, limit: 1 })
    const task = rows[0]?.ref
    if (!task) throw new Error('the task is not listed')
    expect(await client.host.info()).toMatchObject({ canReveal: true })
    await client.host.revealTask({ queueId, task })
    expect(shown).toEqual([join(dir, 'failed', '7_seen')])
    const other = { ...task, inode: `${BigInt(task.inode) + 1n}` }
    await expect(client.host.revealTask({ queueId, task: other })).rejects.toMatchObject({
      code: 'TASK_GONE',
    })
    expect(shown).toHaveLength(1)
    await client.host.revealQueue({ queueId })
    expect(shown[1]).toBe(dir)
    const plain = await connect({})
    const again = await open(plain, dir)
    await expect(plain.host.revealQueue({ queueId: again })).rejects.toMatchObject({ code: 'NOT_OFFERED' })
    await expect(plain.host.revealTask({ queueId: again, task })).rejects.toMatchObject({
      code: 'NOT_OFFERED',
    })
  })
})

describe('the diagnostics', () => {
  it('tell versions, counts and kinds of problems, and nothing that names a queue, a path or a task', async () => {
    const dir = makeEmptyQueue(makeTempDir('secret-place'), ['secret-node'])
    writeTask(dir, 'failed', '1_secret-id', 'secret payload')
    writeTask(dir, 'pending', 'secret-foreign', 'x')
    const client = await connect({ facts: () => ({ electron: '45.4.1' }) })
    const queueId = await open(client, dir)
    for await (const _ of await client.queue.changes({ queueId })) break
    const { text } = await client.host.diagnostics()
    expect(text).toContain('electron: 45.4.1')
    expect(text).toContain('pending 0, in-progress 0, scheduled 0, failed 1, done 0')
    expect(text).toContain('problems: foreign-file 1')
    expect(text).not.toContain('secret')
    expect(text).not.toContain(dir)
  })
})

describe('a task', () => {
  it('is found by its id wherever its file lies, also under a stamped name', async () => {
    const dir = makeEmptyQueue(makeTempDir(), ['worker'])
    const id = `1795416245206308_${'ab'.repeat(16)}`
    writeTask(dir, 'worker', `1795416245206309_${id}~2`, 'x')
    writeTask(dir, 'done', '7_plain', 'x')
    const client = await connect({})
    const queueId = await open(client, dir)
    const locate = (text: string) =>
      client.tasks.locate({
        queueId,
        list: { state: 'pending', node: null },
        order: 'oldest',
        target: { by: 'id', text },
      })
    expect(await locate(id)).toMatchObject({
      list: { state: 'in-progress' },
      place: { node: 'worker', name: `1795416245206309_${id}~2` },
    })
    expect(await locate('7_plain')).toMatchObject({ list: { state: 'done' } })
    expect(await locate('8_gone')).toBeNull()
  })
})

describe('what the host asks of its page', () => {
  it('comes in order, and is kept while no page listens', async () => {
    const commands = new HostCommands()
    for (let i = 0; i < 20; i++) commands.send({ kind: 'run', command: String(i) })
    const stop = new AbortController()
    const heard: string[] = []
    for await (const command of commands.follow(stop.signal)) {
      if (command.kind === 'run') heard.push(command.command)
      if (heard.length === 16) commands.send({ kind: 'run', command: 'later' })
      if (heard.length === 17) stop.abort()
    }
    expect(heard).toEqual([...Array.from({ length: 16 }, (_, at) => String(at + 4)), 'later'])
  })

  it('ends with its page, also while nothing is asked', async () => {
    const commands = new HostCommands()
    const stop = new AbortController()
    const ended = (async () => {
      for await (const command of commands.follow(stop.signal)) void command
    })()
    stop.abort()
    await ended
  })
})

describe('work under way', () => {
  it('is counted until it ends, however often that is said, and asked to stop', () => {
    const counts: number[] = []
    const work = new ActiveWork((count) => void counts.push(count))
    const [first, second] = [work.begin(), work.begin()]
    work.cancelAll()
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, true])
    first.end()
    first.end()
    expect(work.count).toBe(1)
    second.end()
    expect(counts).toEqual([1, 2, 1, 0])
  })
})
