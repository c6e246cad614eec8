import { describe, expect, it } from 'vitest'
import { parseServerArguments } from '../../server/arguments.ts'
import { createServerHost } from '../../server/server-host.ts'
import type { Host } from '../../shared/inspector/host.ts'

function makeHost(...args: string[]): Host {
  const parsed = parseServerArguments(args)
  return createServerHost(parsed, parsed.demo ? '/tmp/demo' : parsed.dir, () => Promise.resolve('/tmp/demo'))
}

describe('the server as a host', () => {
  it('is for looking only unless it was started with --write, and says how to change that', () => {
    expect(makeHost('/srv/queue').readOnlyReason).toContain('--write')
    expect(makeHost('/srv/queue', '--write').readOnlyReason).toBeNull()
    expect(makeHost('--demo').readOnlyReason).toBeNull()
  })

  it('opens no other path than the one that it was started on', () => {
    expect(makeHost('/srv/queue')).toMatchObject({ startDir: '/srv/queue', canOpenPath: false })
    expect(makeHost('/srv/queue').startDemo).toBeUndefined()
    expect(makeHost()).toMatchObject({ startDir: null, canOpenPath: true })
  })

  it('remembers nothing', () => {
    const host = makeHost('/srv/queue')
    host.rememberQueue('/srv/queue')
    expect(host.recentQueues()).toEqual([])
    expect(host.pathOfRecent('x')).toBeNull()
  })
})
