/**
 * Power cuts: ext4 on a loop device is shut down without flushing while a producer and a consumer work, mounted again, and counted.
 * Needs root, loop devices and the shutdown ioctl; skipped by name where they are not at hand (then tests/queue/durability.test.ts, which
 * checks the order of the calls, has to stand for it).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FemtoQueue } from '../../shared/queue/index.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { judge } from './judge.ts'
import { readLedgers } from './ledger.ts'

const ACTOR = path.join(import.meta.dirname, 'actor.ts')
/** EXT4_IOC_SHUTDOWN with "do not flush the log": what was not synced is gone. */
const SHUT_DOWN =
  'import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))'
const CUTS = Number(process.env['FEMTOQUEUE_POWER_CUTS'] ?? 2)

function hasAllItNeeds(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  return ['mkfs.ext4 -V', 'losetup --find', 'python3 --version'].every(
    (command) => spawnSync('sh', ['-c', command]).status === 0,
  )
}

const isPossible = hasAllItNeeds()
if (!isPossible)
  console.warn('\n!!! SKIPPED: power cuts: they need root, loop devices, mkfs.ext4 and python3\n')

interface Disk {
  readonly mountPoint: string
  cutPower(): void
  remount(): void
}

function makeDisk(dir: string): Disk {
  const [image, mountPoint] = [path.join(dir, 'disk.img'), path.join(dir, 'disk')]
  fs.mkdirSync(mountPoint)
  execFileSync('truncate', ['-s', '256M', image])
  execFileSync('mkfs.ext4', ['-q', image])
  const mount = (): void => void execFileSync('mount', ['-o', 'loop', image, mountPoint])
  mount()
  onTestFinished(() => void spawnSync('umount', ['--lazy', mountPoint]))
  return {
    mountPoint,
    cutPower: () => void execFileSync('python3', ['-c', SHUT_DOWN, mountPoint]),
    remount: () => {
      execFileSync('umount', [mountPoint])
      mount()
    },
  }
}

/** Lets two actors work for a while, cuts the power under them, and waits for their end. */
async function workUntilCut(
  disk: Disk,
  ledgerDir: string,
  mode: 'sync' | 'no-sync',
  seed: number,
): Promise<void> {
  const actors = ['producer-of-now', 'consumer'].map((role, i) =>
    spawn(
      process.execPath,
      [ACTOR, role, `${role}${seed}`, `${disk.mountPoint}/queue`, ledgerDir, String(seed + i), '2000', mode],
      { stdio: 'ignore' },
    ),
  )
  const ends = actors.map((actor) => new Promise((resolve) => actor.once('exit', resolve)))
  const deadline = performance.now() + 20_000
  const isBusy = (): boolean =>
    readLedgers(ledgerDir).filter((line) => line.verb === 'done').length < 10 * seed
  while (isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  disk.cutPower()
  for (const actor of actors) actor.kill('SIGKILL')
  await Promise.all(ends)
  disk.remount()
}

describe.skipIf(!isPossible)('a power cut', () => {
  it.each(['sync', 'no-sync'] as const)(
    'with %s: nothing acknowledged as stored is lost, and never is half a task handed out',
    { timeout: 120_000 },
    async (mode) => {
      const dir = makeTempDir('femtoqueue-power')
      const ledgerDir = path.join(dir, 'ledger')
      fs.mkdirSync(ledgerDir)
      const disk = makeDisk(dir)
      const dataDir = `${disk.mountPoint}/queue`
      fs.mkdirSync(dataDir)
      execFileSync('sync')
      for (let cut = 1; cut <= CUTS; cut++) await workUntilCut(disk, ledgerDir, mode, cut)

      using queue = new FemtoQueue({ dataDir, nodeId: 'consumer1', maxAttempts: 0, timeoutStaleMs: 1 })
      let inspected = 0
      for (let task = queue.pop(); task !== null; task = queue.pop()) {
        queue.done(task)
        inspected++
      }
      const lines = readLedgers(ledgerDir)
      const verdict = judge(dataDir, lines, [])
      const acknowledged = lines.filter((line) => line.verb === 'pushed').length
      const lost = verdict.violations.filter((violation) => violation.startsWith('lost'))
      console.log(
        `power cuts (${mode}): ${CUTS} cuts, ${acknowledged} acknowledged, ${lost.length} lost, ${inspected} offered afterwards`,
      )
      expect(acknowledged).toBeGreaterThan(10)
      expect(verdict.violations.filter((violation) => violation.startsWith('read wrong'))).toEqual([])
      if (mode === 'sync') expect(lost).toEqual([])
    },
  )
})
