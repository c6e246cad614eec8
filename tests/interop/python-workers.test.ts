import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openActs } from '../helpers/acts.ts'
import { FemtoQueue } from '../../shared/queue/index.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { findPythonOrNull, runPython } from '../helpers/python.ts'

const python = findPythonOrNull()

describe.skipIf(python === null)('a queue that Python workers share', () => {
  const run = (dir: string, lines: string): unknown => runPython(python ?? '', dir, lines)
  const makeByPython = (): string => {
    const dir = path.join(makeTempDir(), 'queue')
    run(dir, "FemtoQueue(queue_dir, 'python-1'); print('null')")
    return dir
  }

  it('lets a Python worker pop and finish what the inspector pushed', async () => {
    const dir = makeByPython()
    const taskId = await (await openActs(dir, null)).acts.push(Buffer.from('from the inspector ☃'), null)
    const popped = run(
      dir,
      "q = FemtoQueue(queue_dir, 'python-1'); t = q.pop(); q.done(t); print(json.dumps([t.id, t.data.decode()]))",
    )
    expect(popped).toEqual([taskId, 'from the inspector ☃'])
    expect(readdirSync(path.join(dir, 'done'))).toEqual([taskId])
  })

  it('lets a Python worker pop a task that it failed and the inspector requeued', async () => {
    const dir = makeByPython()
    const failed = run(
      dir,
      "q = FemtoQueue(queue_dir, 'python-1'); q.push(b'again'); t = q.pop(); q.fail(t); print(json.dumps(t.id))",
    )
    const acts = await openActs(dir, null)
    const { outcomes } = await acts.perform('requeue', await acts.refs('failed', 1))
    const [outcome] = outcomes
    expect(outcome).toMatchObject({ name: failed, result: 'moved' })
    const popped = run(
      dir,
      "q = FemtoQueue(queue_dir, 'python-2'); t = q.pop(); q.done(t); print(json.dumps([t.id, t.data.decode(), q.pop() is None]))",
    )
    expect(popped).toEqual([outcome?.newName, 'again', true])
    expect(readdirSync(path.join(dir, 'failed')).filter((name) => !name.startsWith('.'))).toEqual([])
  })

  it('lets a Python worker pop a task that the inspector released from a dead Python node', async () => {
    const dir = makeByPython()
    run(dir, "q = FemtoQueue(queue_dir, 'python-dead'); q.push(b'orphan'); q.pop(); print('null')")
    const acts = await openActs(dir, null)
    const { job } = await acts.perform('release', await acts.refs('in-progress', 1, 'python-dead'))
    expect(job.moved).toBe(1)
    expect(
      run(dir, "q = FemtoQueue(queue_dir, 'python-2'); t = q.pop(); print(json.dumps(t.data.decode()))"),
    ).toBe('orphan')
  })

  it('moves a task that the inspector scheduled when it is due, and not before', async () => {
    const dir = makeByPython()
    const acts = await openActs(dir, null)
    await acts.acts.push(Buffer.from('later'), Date.now() + 3_600_000)
    expect(run(dir, "q = FemtoQueue(queue_dir, 'python-1'); print(json.dumps(q.pop()))")).toBeNull()
    const [name = ''] = readdirSync(path.join(dir, 'scheduled'))
    const due = `${(Date.now() - 1_000) * 1_000}_${name.split('_')[1]}`
    renameSync(path.join(dir, 'scheduled', name), path.join(dir, 'scheduled', due))
    expect(run(dir, "q = FemtoQueue(queue_dir, 'python-1'); print(json.dumps(q.pop().data.decode()))")).toBe(
      'later',
    )
  })

  it('lets our core pop and finish what Python pushed, in its order', () => {
    const dir = makeByPython()
    const pushed = run(
      dir,
      "q = FemtoQueue(queue_dir, 'python-1'); print(json.dumps([q.push(str(i).encode()) for i in range(5)]))",
    ) as string[]
    using queue = new FemtoQueue({ dataDir: dir, nodeId: 'node-1' })
    const popped: string[] = []
    for (let task = queue.pop(); task !== null; task = queue.pop()) {
      popped.push(Buffer.from(task.data).toString())
      queue.done(task)
    }
    expect(popped).toEqual(['0', '1', '2', '3', '4'])
    expect(readdirSync(path.join(dir, 'done')).toSorted()).toEqual(pushed.toSorted())
  })

  it('does not stop a Python worker by anything that the inspector leaves behind', async () => {
    const dir = makeByPython()
    using queue = new FemtoQueue({ dataDir: dir, nodeId: 'ours' })
    queue.push('will fail')
    const task = queue.pop()
    if (task === null) throw new Error('nothing to pop')
    queue.fail(task, new Error('on purpose'))
    const acts = await openActs(dir, null)
    await acts.perform('requeue', await acts.refs('failed', 1))
    mkdirSync(path.join(dir, 'failed/.trash'), { recursive: true })
    expect(
      run(
        dir,
        "q = FemtoQueue(queue_dir, 'python-1', timeout_stale_ms=1); t = q.pop(); q.done(t); print(json.dumps([t.data.decode(), q.pop()]))",
      ),
    ).toEqual(['will fail', null])
  })

  it('lets a Python worker pop what was held and let go, rescheduled to now, and restored', async () => {
    const dir = makeByPython()
    for (const what of ['held', 'rescheduled', 'deleted'])
      run(
        dir,
        `q = FemtoQueue(queue_dir, 'python-1'); q.${what === 'rescheduled' ? "schedule(b'rescheduled', 9000000000000000)" : `push(b'${what}')`}; print('null')`,
      )
    const acts = await openActs(dir, null)
    const [held, deleted] = await acts.refs('pending', 2)
    if (held === undefined || deleted === undefined) throw new Error('two were pushed')
    await acts.perform('hold', [held])
    await acts.perform('delete', [deleted])
    await acts.perform('reschedule', await acts.refs('scheduled', 1), {
      kind: 'at',
      atMs: Date.now() - 1_000,
    })
    const pop =
      "q = FemtoQueue(queue_dir, 'python-1', timeout_stale_ms=1); t = q.pop(); t and q.done(t); print(json.dumps(t and t.data.decode()))"
    expect(run(dir, pop)).toBe('rescheduled')
    expect(run(dir, pop)).toBeNull()
    await acts.perform('unhold', await acts.refs('held', 1))
    expect(run(dir, pop)).toBe('held')
    await acts.perform('restore', await acts.refs('trash', 1))
    expect(run(dir, pop)).toBe('deleted')
  })
})
