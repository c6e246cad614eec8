/** The part of the contract that is about the host: what it is, what it opens, and what only a desktop app has. */
import path from 'node:path'
import type { OpenSource } from '../contract/contract.ts'
import type { HostInfo, HostSettings } from '../contract/model.ts'
import type { ContractImplementer } from './contract-server.ts'
import { toDiagnostics } from './diagnostics.ts'
import type { HostCommands } from './host-commands.ts'
import type { Host } from './host.ts'
import { InspectorError } from './inspector-error.ts'
import type { QueueRegistry } from './queue-registry.ts'
import { locateSeenTask } from './task-reader.ts'

export function toHostRoutes(
  os: ContractImplementer,
  host: Host,
  queues: QueueRegistry,
  commands: HostCommands,
) {
  return {
    info: os.host.info.handler(() => toHostInfo(host)),
    openQueue: os.host.openQueue.handler(async ({ input }) => {
      const dir = await toDirOrNull(host, input)
      const isDemo = input.kind === 'demo' || (input.kind === 'start' && host.startDirIsDemo)
      return dir === null ? null : queues.open(dir, isDemo)
    }),
    commands: os.host.commands.handler(({ signal }) => commands.follow(signal)),
    diagnostics: os.host.diagnostics.handler(async () => ({ text: await readDiagnostics(host, queues) })),
    notify: os.host.notify.handler(async ({ input }) => {
      const { info } = queues.get(input.queueId)
      return { shown: await offered(host.notify)(input, info.path) }
    }),
    setBadge: os.host.setBadge.handler(async ({ input }) => {
      await offered(host.setBadge)(input.count)
      return null
    }),
    openWindow: os.host.openWindow.handler(async ({ input }) => {
      const openWindow = offered(host.openWindow)
      if (input.kind === 'path') assertWholePath(input.path)
      await openWindow(input)
      return null
    }),
    settings: os.host.settings.handler(() => offered(host.settings)()),
    changeSettings: os.host.changeSettings.handler(({ input }) =>
      offered(host.changeSettings)(withoutUndefined(input)),
    ),
    revealTask: os.host.revealTask.handler(async ({ input }) => {
      const reveal = offered(host.revealFile)
      const { session } = queues.get(input.queueId)
      await reveal(await locateSeenTask(session.path, input.task))
      return null
    }),
    revealQueue: os.host.revealQueue.handler(async ({ input }) => {
      await offered(host.revealFile)(queues.get(input.queueId).session.path)
      return null
    }),
    showReleases: os.host.showReleases.handler(async () => {
      await offered(host.showReleases)()
      return null
    }),
  }
}

async function toHostInfo(host: Host): Promise<HostInfo> {
  return {
    kind: host.kind,
    version: host.version,
    platform: host.platform,
    canChooseFolder: host.chooseFolder !== undefined,
    canOpenPath: host.canOpenPath,
    canSave: host.chooseSavePath !== undefined,
    canReveal: host.revealFile !== undefined,
    canStartDemo: host.startDemo !== undefined,
    startsWithQueue: host.startDir !== null,
    startPlace: host.startPlace,
    canCheckForUpdates: host.showReleases !== undefined,
    recentQueues: await host.recentQueues(),
  }
}

/** Null where the person cancelled. */
async function toDirOrNull(host: Host, source: OpenSource): Promise<string | null> {
  switch (source.kind) {
    case 'start':
      if (host.startDir === null) throw notOffered('This inspector was started without a queue. Choose one.')
      return host.startDir
    case 'recent': {
      const dir = await host.pathOfRecent(source.recentId)
      if (dir === null)
        throw new InspectorError(
          'NOT_FOUND',
          'This queue is not among the recent ones any more. Open it by its folder.',
        )
      return dir
    }
    case 'dialog':
      if (host.chooseFolder === undefined)
        throw notOffered('This host has no folder dialog. Type the path instead.')
      return host.chooseFolder()
    case 'demo':
      if (host.startDemo === undefined) throw notOffered('This host offers no demo queue.')
      return host.startDemo()
    case 'path':
      if (!host.canOpenPath) throw notOffered('This inspector was started on one queue and opens no other.')
      assertWholePath(source.path)
      return source.path
  }
}

/** @throws {InspectorError} NOT_OFFERED where this host has no such thing. */
function offered<Call>(call: Call | undefined): Call {
  if (call === undefined) throw notOffered('Only the desktop app offers this.')
  return call
}

async function readDiagnostics(host: Host, queues: QueueRegistry): Promise<string> {
  const open = await Promise.all(
    queues.all().map(async ({ session, info }) => ({
      isDemo: info.isDemo,
      canWrite: info.access.canWrite,
      update: session.latest,
      problems: await session.problems.list(),
    })),
  )
  return toDiagnostics(host, await host.facts(), open)
}

/** A key that was left out says nothing; zod's partial() lets one through that is there without a value. */
function withoutUndefined(patch: {
  [Key in keyof HostSettings]?: HostSettings[Key] | undefined
}): Partial<HostSettings> {
  return {
    ...(patch.theme !== undefined && { theme: patch.theme }),
    ...(patch.readOnlyByDefault !== undefined && { readOnlyByDefault: patch.readOnlyByDefault }),
  }
}

/** @throws {InspectorError} NOT_FOUND for a relative one: the page stands nowhere that it could count from. */
function assertWholePath(dir: string): void {
  if (path.isAbsolute(dir)) return
  throw new InspectorError(
    'NOT_FOUND',
    `Give the whole path, from the root of the disk on: ${dir} is relative.`,
  )
}

function notOffered(message: string): InspectorError {
  return new InspectorError('NOT_OFFERED', message)
}
