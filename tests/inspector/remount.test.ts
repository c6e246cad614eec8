import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { queueUpdateSchema } from '../../shared/contract/model.ts'
import type { QueueUpdate } from '../../shared/contract/model.ts'
import { makeTempDir } from '../helpers/queue-dirs.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const PRINT_UPDATES = fileURLToPath(new URL('../helpers/print-updates.ts', import.meta.url))
/** Mounts of a namespace of its own are seen by nobody else, and end with it. */
const canMount = spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs none /tmp']).status === 0
if (!canMount) console.warn('!!! SKIPPED: no mount namespaces here; the test of unmounting does not run.')

/** $1 node, $2 print-updates.ts, $3 where to mount. Each line of input is one step. */
const STEPS = `
fill() { mount -t tmpfs none "$3" && mkdir "$3/pending" "$3/done" "$3/failed" "$3/scheduled" && echo x > "$3/$4/5_x"; }
fill "$1" "$2" "$3" pending
mkfifo "$3.input"; exec 3<>"$3.input"
"$1" "$2" "$3" <"$3.input" 3>&- &
read step; umount -l "$3"
read step; fill "$1" "$2" "$3" failed
read step; umount -l "$3"; fill "$1" "$2" "$3" done
read step; exec 3>&-; wait
`

describe.skipIf(!canMount)('a disk that is unmounted', () => {
  it('is called lost, and found again when it is mounted, also when that went unseen', async () => {
    const mount = path.join(makeTempDir(), 'mount')
    mkdirSync(mount)
    const child = spawn(
      'unshare',
      ['-Urm', 'sh', '-c', STEPS, 'sh', process.execPath, PRINT_UPDATES, mount],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    const updates: QueueUpdate[] = []
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      updates.push(...lines.map((line) => queueUpdateSchema.parse(JSON.parse(line))))
    })
    const latest = (): QueueUpdate | undefined => updates.at(-1)
    await waitUntil('the task', () => latest()?.counts.pending === 1)
    child.stdin.write('unmount\n')
    await waitUntil('its being lost', () => latest()?.health.mode === 'lost')
    child.stdin.write('mount\n')
    await waitUntil('the other disk', () => latest()?.health.mode === 'live' && latest()?.counts.failed === 1)
    expect(latest()?.counts.pending).toBe(0)
    child.stdin.write('both\n')
    await waitUntil('the third disk', () => latest()?.counts.done === 1 && latest()?.counts.failed === 0)
    child.stdin.write('end\n')
    child.stdin.end()
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
  })
})
