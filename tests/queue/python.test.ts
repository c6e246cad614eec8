/**
 * The same commands given to the Python library and to ours. Where both are meant to do the same they do; every difference is one
 * of the list below, and each of them is shown on both sides.
 */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  decodeTask,
  encodeTask,
  readFailureRecordOrNull,
  type FemtoQueue,
  type FemtoTask,
} from '../../shared/queue/index.ts'
import { findPythonOrNull, runPython } from '../helpers/python.ts'
import { makeRandom } from '../helpers/random.ts'
import { listDir, makeTempDir, openQueue, text } from './temp-queue.ts'

const SEED = Number(process.env['FEMTOQUEUE_SEED'] ?? Date.now() % 2 ** 31)
const python = findPythonOrNull()

type Command =
  | readonly ['push', string]
  | readonly ['schedule', string, number]
  | readonly ['pop']
  | readonly ['done']
  | readonly ['fail']

const PYTHON_INTERPRETER = `
queue = FemtoQueue(queue_dir, "n")
held, seen = [], []
for command in json.loads(sys.stdin.read()):
    verb = command[0]
    if verb == "push": queue.push(command[1].encode())
    elif verb == "schedule": queue.schedule(command[1].encode(), command[2])
    elif verb == "pop":
        task = queue.pop()
        seen.append(task.data.decode() if task else None)
        if task: held.append(task)
    elif held:
        getattr(queue, verb)(held.pop(0))
print(json.dumps(seen))
`

function runOurs(queue: FemtoQueue, commands: readonly Command[]): Array<string | null> {
  const held: FemtoTask[] = []
  const seen: Array<string | null> = []
  for (const command of commands) {
    if (command[0] === 'push') queue.push(command[1])
    else if (command[0] === 'schedule') queue.schedule(command[1], command[2])
    else if (command[0] === 'pop') {
      const task = queue.pop()
      seen.push(task && text(task.data))
      if (task) held.push(task)
    } else {
      const task = held.shift()
      if (task) queue[command[0]](task)
    }
  }
  return seen
}

/** State -> payloads. */
function inventory(dataDir: string): Record<string, string[]> {
  return Object.fromEntries(
    ['creating', 'pending', 'scheduled', 'n', 'done', 'failed'].map((dir) => {
      const payloads = listDir(dataDir, dir).map((name) => {
        const decoded = decodeTask(fs.readFileSync(path.join(dataDir, dir, name)))
        return decoded.kind === 'ok' ? text(decoded.payload) : decoded.kind
      })
      return [dir, payloads.toSorted()]
    }),
  )
}

/** Commands on which both must agree: at most one task held, and a due task only while nothing waits. */
function makeCommands(random: () => number): Command[] {
  const commands: Command[] = [['schedule', 'far', 4e15]]
  if (random() < 0.5) commands.push(['schedule', 'due', 5], ['pop'], ['done'])
  let isHeld = false
  for (let i = 0; i < 40; i++) {
    const chance = random()
    if (chance < 0.4) commands.push(['push', `payload ${i} ${'ü'.repeat(Math.floor(random() * 20))}`])
    else if (isHeld) {
      commands.push([chance < 0.8 ? 'done' : 'fail'])
      isHeld = false
    } else {
      commands.push(['pop'])
      isHeld = true
    }
  }
  return commands
}

describe.skipIf(python === null)('Python and ours, given the same commands', () => {
  const run = (dataDir: string, commands: readonly Command[]): unknown =>
    runPython(
      python ?? '',
      dataDir,
      PYTHON_INTERPRETER.replace('sys.stdin.read()', JSON.stringify(JSON.stringify(commands))),
    )

  it(`hand out the same payloads in the same order and leave the same states (seed ${SEED})`, () => {
    const random = makeRandom(SEED)
    for (let round = 0; round < 8; round++) {
      const commands = makeCommands(random)
      const [theirs, ours] = [makeTempDir(), makeTempDir()]
      const seen = runOurs(openQueue({ dataDir: ours, nodeId: 'n' }), commands)
      expect(seen, JSON.stringify(commands)).toEqual(run(theirs, commands))
      expect(inventory(ours)).toEqual(inventory(theirs))
    }
  })

  it('difference: of tasks that fall due together Python keeps one, ours keeps all', () => {
    const commands: Command[] = [
      ...Array.from({ length: 10 }, (_, i) => ['schedule', `due ${i}`, i] as const),
      ['pop'],
    ]
    const [theirs, ours] = [makeTempDir(), makeTempDir()]
    run(theirs, commands)
    runOurs(openQueue({ dataDir: ours, nodeId: 'n' }), commands)
    const count = (dir: string): number => Object.values(inventory(dir)).flat().length
    expect([count(theirs), count(ours)]).toEqual([1, 10])
  })

  it('difference: tasks scheduled for one moment collide in Python, and are kept by ours', () => {
    const commands = Array.from({ length: 50 }, (_, i) => ['schedule', `task ${i}`, 4e15] as const)
    const [theirs, ours] = [makeTempDir(), makeTempDir()]
    run(theirs, commands)
    runOurs(openQueue({ dataDir: ours, nodeId: 'n' }), commands)
    expect(inventory(theirs)['scheduled']?.length).toBeLessThan(50)
    expect(inventory(ours)['scheduled']).toHaveLength(50)
  })

  it('difference: Python hands out a running task again, ours does not', () => {
    const commands: Command[] = [['push', 'a'], ['pop'], ['pop']]
    expect(run(makeTempDir(), commands)).toEqual(['a', 'a'])
    expect(runOurs(openQueue({ dataDir: makeTempDir(), nodeId: 'n' }), commands)).toEqual(['a', null])
  })

  it('difference: a due task goes behind what waits in Python, and to the place of its time in ours', () => {
    const commands: Command[] = [['push', 'pushed'], ['schedule', 'due', 5], ['pop'], ['done'], ['pop']]
    expect(run(makeTempDir(), commands)).toEqual(['pushed', 'due'])
    expect(runOurs(openQueue({ dataDir: makeTempDir(), nodeId: 'n' }), commands)).toEqual(['due', 'pushed'])
  })

  it('difference: a foreign file in pending/ keeps Python from starting, and ours goes on', () => {
    const [theirs, ours] = [makeTempDir(), makeTempDir()]
    for (const dir of [theirs, ours]) {
      fs.mkdirSync(path.join(dir, 'pending'))
      fs.writeFileSync(path.join(dir, 'pending', '.DS_Store'), '')
    }
    expect(() => run(theirs, [])).toThrow('ValueError')
    expect(runOurs(openQueue({ dataDir: ours, nodeId: 'n' }), [['push', 'a'], ['pop']])).toEqual(['a'])
  })

  it('difference: a claimed task that had waited longer than the timeout is taken from its worker by Python, not by ours', () => {
    const dataDir = makeTempDir()
    const old = (Date.now() - 3600_000) * 1000
    fs.mkdirSync(path.join(dataDir, 'pending'))
    fs.writeFileSync(path.join(dataDir, 'pending', `${old}_waited`), encodeTask(Buffer.from('waited')))
    const lines = `
a, b = FemtoQueue(queue_dir, "a"), FemtoQueue(queue_dir, "b")
b.reference_time_us += 3600_000_000
first, second = a.pop(), b.pop()
print(json.dumps([first is not None, second is not None]))`
    expect(runPython(python ?? '', dataDir, lines)).toEqual([true, true])
    const ours = makeTempDir()
    const [a, b] = [openQueue({ dataDir: ours, nodeId: 'a' }), openQueue({ dataDir: ours, nodeId: 'b' })]
    fs.writeFileSync(path.join(ours, 'pending', `${old}_waited`), encodeTask(Buffer.from('waited')))
    expect([a.pop() !== null, b.pop() !== null]).toEqual([true, false])
  })

  it('the reason that a Python worker keeps by the lines of our README is read', () => {
    const dataDir = makeTempDir()
    openQueue({ dataDir }).push('a')
    const readme = fs.readFileSync(new URL('../../shared/queue/README.md', import.meta.url), 'utf8')
    const lines = /```python\n([^]*?)```/.exec(readme)?.[1] ?? ''
    const program = `${lines}
queue = FemtoQueue(queue_dir, "theirs")
task = queue.pop()
try:
    raise ValueError("from Python")
except ValueError as error:
    keep_reason(queue_dir, "theirs", task, error)
queue.fail(task)
print(json.dumps(task.id))`
    const id = runPython(python ?? '', dataDir, program) as string
    expect(readFailureRecordOrNull(dataDir, id)?.attempts).toMatchObject([
      { node: 'theirs', name: 'ValueError', message: 'from Python', attempt: 1 },
    ])
  })

  it('a Python worker pops what we pushed, released and requeued, and we pop what it pushed', () => {
    const dataDir = makeTempDir()
    const queue = openQueue({ dataDir, nodeId: 'ours' })
    queue.push('pushed')
    queue.push('released')
    const first = queue.pop()
    const second = queue.pop()
    if (second) queue.release(second)
    if (first) queue.release(first, { place: 'front' })
    const lines = `
queue = FemtoQueue(queue_dir, "theirs")
seen = []
task = queue.pop()
while task is not None:
    seen.append(task.data.decode())
    queue.done(task)
    task = queue.pop()
queue.push(b"from Python")
print(json.dumps(sorted(seen)))`
    expect(runPython(python ?? '', dataDir, lines)).toEqual(['pushed', 'released'])
    expect(text(queue.pop()?.data ?? Buffer.alloc(0))).toBe('from Python')
  })
})
