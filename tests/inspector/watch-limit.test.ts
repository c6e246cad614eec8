import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { queueUpdateSchema } from '../../shared/contract/model.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { makeEmptyQueue, makeTempDir, writeTask } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const PRINT_UPDATES = fileURLToPath(new URL('../helpers/print-updates.ts', import.meta.url))

/** The kernel counts watches per user namespace: in one of its own a process can run out of them and harm nobody. */
const canLimit =
  spawnSync('unshare', ['-Ur', 'sh', '-c', 'echo 3 > /proc/sys/user/max_inotify_watches']).status === 0
if (!canLimit) console.warn('!!! SKIPPED: no user namespaces here; the tests of the watch limit do not run.')

describe.skipIf(!canLimit)('where the system has no file watches left', () => {
  it.each(['max_inotify_watches', 'max_inotify_instances'])(
    'polls, says so and shows changes (%s)',
    async (limit) => {
      const dir = makeEmptyQueue(makeTempDir(), ['worker'])
      const script = `echo ${limit === 'max_inotify_watches' ? 3 : 0} > /proc/sys/user/${limit}; exec "$0" "$1" "$2"`
      const child = spawn('unshare', ['-Ur', 'sh', '-c', script, process.execPath, PRINT_UPDATES, dir], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const updates: QueueUpdate[] = []
      let rest = ''
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        updates.push(...lines.map((line) => queueUpdateSchema.parse(JSON.parse(line))))
      })
      const health = await waitUntil('polling', () => {
        const latest = updates.at(-1)?.health
        return latest?.mode === 'polling' ? latest : null
      })
      expect(health.reason).toContain('inotify')
      writeTask(dir, 'pending', '5_x', 'x')
      await waitUntil('the pushed task', () => updates.at(-1)?.counts.pending === 1)
      child.stdin.end()
      const [code] = await once(child, 'close')
      expect(code).toBe(0)
    },
  )
})
