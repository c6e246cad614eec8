import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { QueryProgress } from '../../shared/contract/query.ts'
import type { TaskRef, TaskState } from '../../shared/contract/model.ts'
import type { Host } from '../../shared/inspector/host.ts'
import { parseTaskName } from '../../shared/queue/index.ts'
import type { InspectorClient } from '../helpers/inspector-client.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { makeEmptyQueue, makeTempDir, writeTask, arriveTask } from '../helpers/queue-dirs.ts'

/** What every client may rely on when it filters, searches, exports, and opens payloads. */
export function describeQueries(
  transport: string,
  connect: (host: Partial<Host>) => Promise<{ client: InspectorClient }>,
): void {
  describe(`queries over ${transport}`, () => {
    let dir = ''
    let client: InspectorClient
    let queueId = ''
    let saveAt: string | null = null

    beforeEach(async () => {
      dir = makeEmptyQueue(makeTempDir(), ['worker'])
      for (let at = 1; at <= 300; at++)
        writeTask(dir, 'failed', `${at}_t`, JSON.stringify({ kind: at % 3 === 0 ? 'email' : 'sms', at }))
      client = (await connect({ chooseSavePath: () => Promise.resolve(saveAt) })).client
      const info = await client.host.openQueue({ kind: 'path', path: dir })
      queueId = info?.queueId ?? ''
    })

    async function search(expression: string, state: TaskState = 'failed'): Promise<QueryProgress> {
      const { queryId } = await client.queries.open({ queueId, list: { state, node: null }, expression })
      for await (const progress of await client.queries.follow({ queueId, queryId }))
        if (progress.phase !== 'scanning') return progress
      throw new Error('the stream ended before the search')
    }

    async function firstRefs(queryId: string | undefined, limit: number): Promise<TaskRef[]> {
      const { rows } = await client.tasks.window({
        queueId,
        list: { state: 'failed', node: null },
        ...(queryId !== undefined && { queryId }),
        order: 'oldest',
        offset: 0,
        limit,
      })
      return rows.map(({ ref }) => ref).filter((ref) => ref !== null)
    }

    it('searches, streams the progress, and serves windows of what was found', async () => {
      const progress = await search('$.kind = email -$.at > 200')
      expect(progress).toMatchObject({
        phase: 'live',
        scanned: 300,
        total: 300,
        matches: 66,
        unanswered: 0,
        error: null,
      })
      const refs = await firstRefs(progress.queryId, 3)
      expect(refs.map(({ name }) => name)).toEqual(['3_t', '6_t', '9_t'])
    })

    it('tells a follower of matches that come and go, until the search is closed', async () => {
      const { queryId } = await search('text:wanted')
      const steps = [
        { matches: 0, act: () => arriveTask(dir, 'failed', '900_new', 'wanted') },
        {
          matches: 1,
          act: () => renameSync(path.join(dir, 'failed', '900_new'), path.join(dir, 'worker', '900_new')),
        },
        { matches: 0, act: () => void client.queries.close({ queueId, queryId }) },
      ]
      for await (const { matches } of await client.queries.follow({ queueId, queryId }))
        if (steps[0]?.matches === matches) steps.shift()?.act()
      expect(steps).toEqual([])
      await expect(client.queries.cancel({ queueId, queryId })).rejects.toMatchObject({
        code: 'UNKNOWN_HANDLE',
      })
    })

    it('answers Cancel with what was found so far', async () => {
      const { queryId } = await client.queries.open({
        queueId,
        list: { state: 'failed', node: null },
        expression: '/"at":\\d+/',
      })
      const cancelled = await client.queries.cancel({ queueId, queryId })
      expect(cancelled.phase).toMatch(/cancelled|live/)
    })

    it.each([
      ['age:>soon', 'At character 5'],
      ['$.a[', 'At character 4'],
      ['/(/', 'no regular expression'],
    ])('says what is wrong with %s', async (expression, words) => {
      await expect(
        client.queries.open({ queueId, list: { state: 'failed', node: null }, expression }),
      ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining(words) })
    })

    it('says that a search is not known, also to a window', async () => {
      const queryId = 'unknown'
      const gone = { code: 'UNKNOWN_HANDLE', message: expect.stringContaining('Start it again') }
      await expect(firstRefs(queryId, 1)).rejects.toMatchObject(gone)
      const following = async (): Promise<unknown> =>
        (await client.queries.follow({ queueId, queryId })).next()
      await expect(following()).rejects.toMatchObject(gone)
    })

    it('groups failures, each with an expression that finds as many as it counts', async () => {
      const groups = await client.queue.failureGroups({ queueId, queryId: null })
      expect(groups).toMatchObject({ by: 'payloads', looked: 300, total: 300 })
      for (const { expression, count } of groups.groups)
        expect((await search(expression)).matches).toBe(count)
      expect(groups.groups.map(({ title }) => title)).toEqual(['kind: sms', 'kind: email'])
    })

    it('streams an export of chosen tasks, and counts those that are gone', async () => {
      const tasks = await firstRefs(undefined, 100)
      rmSync(path.join(dir, 'failed', '50_t'))
      const chunks: Buffer[] = []
      let last = { done: 0, skipped: 0 }
      for await (const { bytes, ...progress } of await client.exports.read({
        queueId,
        target: { kind: 'tasks', tasks },
        format: 'jsonl',
      })) {
        chunks.push(Buffer.from(bytes, 'base64'))
        last = progress
      }
      expect(last).toMatchObject({ done: 99, total: 100, skipped: 1 })
      expect(Buffer.concat(chunks).toString().trimEnd().split('\n')).toHaveLength(99)
    })

    it('freezes what a search found, whole or from one row to another, exports just that and acts on just that', async () => {
      const { queryId } = await search('$.kind = email')
      const list = { state: 'failed', node: null } as const
      const freeze = async (range: { from: string; to: string } | null) =>
        client.actions.freeze({
          queueId,
          list,
          queryId,
          order: 'oldest',
          range: range && {
            from: { node: null, name: range.from },
            to: { node: null, name: range.to },
          },
        })
      expect((await freeze(null)).total).toBe(100)
      const { setId, total } = await freeze({ from: '30_t', to: '12_t' })
      expect(total).toBe(7)
      const target = { kind: 'set', setId } as const
      const exported: string[] = []
      for await (const { bytes } of await client.exports.read({ queueId, target, format: 'jsonl' }))
        exported.push(Buffer.from(bytes, 'base64').toString())
      const ids = exported
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => String(Object(JSON.parse(line)).id))
      expect(ids).toEqual(['12_t', '15_t', '18_t', '21_t', '24_t', '27_t', '30_t'])
      await client.actions.perform({ queueId, action: 'requeue', target, placement: { kind: 'back' } })
      const moved = await waitUntil('the move', () => {
        const names = readdirSync(path.join(dir, 'pending'))
        return names.length === 7 ? names : null
      })
      expect(moved.map((name) => parseTaskName(name)?.originalId).toSorted()).toEqual(ids.toSorted())
      expect(readdirSync(path.join(dir, 'failed')).filter((name) => !name.startsWith('.'))).toHaveLength(293)
      const gone = { kind: 'set', setId: 'unknown' } as const
      const reading = async (): Promise<unknown> =>
        (await client.exports.read({ queueId, target: gone, format: 'csv' })).next()
      await expect(reading()).rejects.toMatchObject({ code: 'UNKNOWN_HANDLE' })
    })

    it('saves where the person chose, tells when nothing was chosen, and refuses where there is no dialog', async () => {
      const target = { kind: 'tasks', tasks: await firstRefs(undefined, 5) } as const
      const save = async (by: InspectorClient, id: string) => {
        const seen = []
        for await (const progress of await by.exports.save({ queueId: id, target, format: 'csv' }))
          seen.push(progress)
        return seen.at(-1)
      }
      saveAt = null
      expect(await save(client, queueId)).toMatchObject({ path: null, done: 0 })
      saveAt = path.join(makeTempDir(), 'out.csv')
      expect(await save(client, queueId)).toMatchObject({ path: saveAt, done: 5, skipped: 0 })
      expect(readFileSync(saveAt, 'utf8').trimEnd().split('\r\n')).toHaveLength(6)
      const { client: plain } = await connect({})
      expect(await plain.host.info()).toMatchObject({ canSave: false })
      const info = await plain.host.openQueue({ kind: 'path', path: dir })
      await expect(save(plain, info?.queueId ?? '')).rejects.toMatchObject({ code: 'NOT_OFFERED' })
    })

    it('verifies and opens a payload, and says when it is neither gzip nor zstd', async () => {
      arriveTask(dir, 'failed', '0_gz', gzipSync('hello'))
      rmSync(path.join(dir, 'failed', '1_t'))
      const refs = await (async () => {
        for (;;) {
          const found = await firstRefs(undefined, 2)
          if (found[0]?.name === '0_gz') return found
        }
      })()
      const [packed, plain] = refs
      if (packed === undefined || plain === undefined) throw new Error('no rows')
      expect(await client.tasks.verify({ queueId, task: packed })).toMatchObject({ isOk: true })
      const opened = await client.tasks.expand({ queueId, task: packed })
      expect(opened).toEqual({
        bytes: Buffer.from('hello').toString('base64'),
        format: 'gzip',
        isWhole: true,
      })
      await expect(client.tasks.expand({ queueId, task: plain })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
    })
  })
}
