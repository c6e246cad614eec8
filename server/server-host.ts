import os from 'node:os'
import type { Host } from '../shared/inspector/host.ts'
import packageJson from '../package.json' with { type: 'json' }
import type { ServerArguments } from './arguments.ts'
import { toStateDir } from './state-dir.ts'

const LOOKING_ONLY = 'This inspector was started for looking only. Start it with --write to allow actions.'

/**
 * The loopback server as the inspector sees it. It remembers nothing; a path may be typed only where it was started on
 * no queue, and the demo is always writable: it is made for trying out.
 */
export function createServerHost(
  args: ServerArguments,
  startDir: string | null,
  startDemo: () => Promise<string>,
): Host {
  return {
    kind: 'server',
    version: packageJson.version,
    platform: process.platform,
    startDir,
    startDirIsDemo: args.demo,
    startPlace: args.place,
    canOpenPath: startDir === null,
    readOnlyReason: args.write || args.demo ? null : LOOKING_ONLY,
    pushLimitBytes: args.pushLimitBytes,
    stateDir: toStateDir(process.env, process.platform),
    ...(startDir === null && { startDemo }),
    facts: () => ({ node: process.versions.node, system: `${os.type()} ${os.release()} ${process.arch}` }),
    recentQueues: () => [],
    pathOfRecent: () => null,
    rememberQueue: () => {},
  }
}
