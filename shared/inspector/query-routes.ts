/** The contract's calls that look deeper than a list: filters and searches, exports, and payloads that are opened or verified. */
import path from 'node:path'
import { expandPayload } from './expand-payload.ts'
import { toExportSet } from './exports/export-set.ts'
import { readExport } from './exports/export-stream.ts'
import type { ExportSet } from './exports/export-stream.ts'
import { EXPORT_FORMATS } from './exports/formats.ts'
import { toSafeFileName } from './exports/safe-file-name.ts'
import { saveFile, saveFolder } from './exports/save-export.ts'
import type { Host } from './host.ts'
import { InspectorError } from './inspector-error.ts'
import type { OpenQueue, QueueRegistry } from './queue-registry.ts'
import type { ContractImplementer } from './contract-server.ts'
import { verifyPayload } from './task-reader.ts'

/** A stream of a queue, which stays open as long as somebody reads it. */
async function* keepOpen<T>(
  queues: QueueRegistry,
  queueId: string,
  toStream: (queue: OpenQueue) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  const stop = queues.follow(queueId)
  try {
    yield* toStream(queues.get(queueId))
  } finally {
    stop()
  }
}

export function toQueryRoutes(os: ContractImplementer, queues: QueueRegistry, host: Host) {
  return {
    queue: {
      failureGroups: os.queue.failureGroups.handler(({ input }) =>
        queues.get(input.queueId).session.failureGroups(input.queryId),
      ),
    },
    queries: {
      open: os.queries.open.handler(({ input }) =>
        queues.get(input.queueId).acts.openQuery(input.list, input.expression),
      ),
      follow: os.queries.follow.handler(({ input, signal }) =>
        keepOpen(queues, input.queueId, ({ session }) => session.queries.follow(input.queryId, signal)),
      ),
      cancel: os.queries.cancel.handler(({ input }) => {
        const query = queues.get(input.queueId).session.queries.get(input.queryId)
        query.cancel()
        return query.progress()
      }),
      close: os.queries.close.handler(({ input }) => {
        queues.get(input.queueId).session.queries.close(input.queryId)
        return null
      }),
    },
    tasks: {
      verify: os.tasks.verify.handler(async ({ input: { queueId, task }, signal }) => {
        const { session } = queues.get(queueId)
        const { computedMd5, integrity } = await verifyPayload(session.path, task, signal)
        session.learn(task.state, task.node, task.name, integrity)
        return { computedMd5, isOk: integrity === 'ok' }
      }),
      expand: os.tasks.expand.handler(async ({ input, signal }) => {
        const { path: root } = queues.get(input.queueId).session
        const { bytes, ...about } = await expandPayload(root, input.task, signal)
        return { ...about, bytes: bytes.toString('base64') }
      }),
    },
    exports: {
      read: os.exports.read.handler(({ input: { queueId, target, format }, signal }) =>
        keepOpen(queues, queueId, async function* ({ session, acts }) {
          const set = toExportSet(session.path, acts.runsOf(target))
          for await (const { bytes, ...progress } of readExport(set, EXPORT_FORMATS[format], signal))
            yield { bytes: bytes.toString('base64'), ...progress }
        }),
      ),
      save: os.exports.save.handler(({ input: { queueId, target, format }, signal }) =>
        keepOpen(queues, queueId, ({ session, acts }) =>
          save(host, toExportSet(session.path, acts.runsOf(target)), format, signal),
        ),
      ),
    },
  }
}

/** Asks the person for the place first. */
async function* save(
  host: Host,
  set: ExportSet,
  format: 'jsonl' | 'csv' | 'folder',
  signal: AbortSignal | undefined,
) {
  if (host.chooseSavePath === undefined)
    throw new InspectorError(
      'NOT_OFFERED',
      'This host has no dialog for saving: read the export as a stream and save it in the browser.',
    )
  const isFolder = format === 'folder'
  const name = toSuggestedName(set.root, isFolder ? '' : `.${format}`)
  const target = await host.chooseSavePath(isFolder ? 'folder' : 'file', name)
  if (target === null) {
    yield { path: null, done: 0, total: set.total, skipped: 0 }
    return
  }
  const saving = isFolder
    ? saveFolder(set, target, signal)
    : saveFile(set, EXPORT_FORMATS[format], target, signal)
  for await (const progress of saving) yield { path: target, ...progress }
}

/** `emails-2026-11-24-1530.csv` for the queue emails. */
function toSuggestedName(root: string, ending: string): string {
  // Swedish dates are ISO 8601, in the time of this machine.
  const time = new Date().toLocaleString('sv-SE').slice(0, 16).replace(' ', '-').replace(':', '')
  return `${toSafeFileName(path.basename(root).toLowerCase() || 'queue')}-${time}${ending}`
}
