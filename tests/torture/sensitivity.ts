/** Puts each seeded fault into a copy of the core and runs the test that must notice it. A fault that passes is a hole in the proof. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { SEEDED_FAULTS, type SeededFault } from './seeded-faults.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const COPIED = [
  'shared/queue',
  'tests/queue',
  'tests/helpers',
  'tests/fixtures',
  'tests/stubs',
  'vitest.config.ts',
  'package.json',
  'tsconfig.base.json',
]
const LIMIT_MS = 60_000

export interface SensitivityResult {
  readonly tried: number
  readonly missed: readonly string[]
}

/** @param dir An empty directory for the copies. @param atOnce Copies that are tested at the same time. */
export async function runSensitivity(
  dir: string,
  faults: readonly SeededFault[] = SEEDED_FAULTS,
  atOnce = 2,
): Promise<SensitivityResult> {
  const missed: string[] = []
  const waiting = faults.map((fault, index) => ({ fault, copy: path.join(dir, String(index)) }))
  const runOneAfterAnother = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await isNoticed(next.fault, next.copy))) missed.push(next.fault.name)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runOneAfterAnother))
  return { tried: faults.length, missed }
}

/** The other side of the proof: a copy without a fault passes `test`. Else every fault would seem to be noticed. */
export async function passesUnbroken(dir: string, test: string): Promise<boolean> {
  const copy = path.join(dir, 'unbroken')
  makeCopy(copy)
  const code = await runVitest(copy, test)
  fs.rmSync(copy, { recursive: true, force: true })
  return code === 0
}

function makeCopy(copy: string): void {
  for (const each of COPIED) {
    const from = path.join(ROOT, each)
    if (fs.existsSync(from)) fs.cpSync(from, path.join(copy, each), { recursive: true })
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
}

async function isNoticed(fault: SeededFault, copy: string): Promise<boolean> {
  makeCopy(copy)
  const file = path.join(copy, fault.file)
  const text = fs.readFileSync(file, 'utf8')
  if (text.split(fault.find).length !== 2)
    throw new Error(`"${fault.name}": its text must stand once in ${fault.file}`)
  fs.writeFileSync(
    file,
    text.replace(fault.find, () => fault.replace),
  )
  const code = await runVitest(copy, fault.caughtBy)
  fs.rmSync(copy, { recursive: true, force: true })
  return code !== 0
}

async function runVitest(cwd: string, testFile: string): Promise<number | null> {
  const args = [
    path.join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    testFile,
    '--bail',
    '1',
    '--reporter',
    'dot',
  ]
  const env = { ...process.env, FEMTOQUEUE_MODEL_RUNS: '60' }
  // A fault that makes the core hang is noticed by the limit.
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    stdio: 'ignore',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  return await new Promise((resolve) => child.once('exit', resolve))
}
