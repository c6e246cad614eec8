/**
 * The loopback host: arguments, queue, page, sockets, one line on stdout, and an orderly end.
 *
 * Exit codes: 0 stopped by a signal or by its parent, 1 an unforeseen error, 2 arguments, directory or port cannot be
 * used. Everything but the one line goes to stderr; the token only into that line.
 */
import { fileURLToPath } from 'node:url'
import { isHelpRun } from '../shared/inspector/command-help.ts'
import { DemoKeeper } from '../shared/inspector/demo/demo-keeper.ts'
import { forkActor } from '../shared/inspector/demo/fork-actor.ts'
import type { Host } from '../shared/inspector/host.ts'
import { InspectorThread } from '../shared/inspector/inspector-thread.ts'
import { readQueueDir } from '../shared/inspector/queue-dir.ts'
import { readPageFiles } from '../shared/page/page-files.ts'
import type { PageFiles } from '../shared/page/page-files.ts'
import { createAccessToken } from './access-token.ts'
import { parseServerArguments, SERVER_HELP } from './arguments.ts'
import { toOwnAddress } from './guards.ts'
import { createPageServer } from './http.ts'
import { createServerHost } from './server-host.ts'
import { serveSockets } from './socket.ts'

const RENDERER_DIR = fileURLToPath(new URL('../renderer/', import.meta.url))
const WORKER_SCRIPT = new URL('./inspector-worker.js', import.meta.url)
const ACTOR_SCRIPT = new URL('./demo-actor.js', import.meta.url)

const LOOPBACK = '127.0.0.1'
/** An orderly end that hangs is made an end. */
const SHUTDOWN_DEADLINE_MS = 5_000

/** Undone in reverse order at the end. */
const cleanups: (() => void | Promise<void>)[] = []
let isStopping = false

async function main(): Promise<void> {
  // Before whatever would keep the process alive.
  if (isHelpRun(process.argv.slice(2))) {
    process.stdout.write(SERVER_HELP)
    return
  }
  process.once('SIGINT', () => void stop(0))
  process.once('SIGTERM', () => void stop(0))
  // Whoever started us with a channel is the one we serve: without it there is nobody left to stop us.
  process.once('disconnect', () => void stop(0))

  const args = parseServerArguments(process.argv.slice(2))
  const demo = new DemoKeeper((spec) => forkActor(ACTOR_SCRIPT, spec))
  cleanups.push(() => demo.close())
  const files = readPageFiles(RENDERER_DIR)
  const startDir = args.demo ? await demo.open() : args.dir
  if (startDir !== null) await readQueueDir(startDir)
  const host = createServerHost(args, startDir, () => demo.open())
  const url = await serve(args.port, files, host)
  if (url !== null) process.stdout.write(`Inspector at ${url}\n`)
}

/** Answers the URL with the token once the server listens; null where the end came first. */
async function serve(port: number, files: PageFiles, host: Host): Promise<string | null> {
  const token = createAccessToken()
  let own = toOwnAddress(port)
  const server = createPageServer(files, () => own)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: LOOPBACK, port, exclusive: true }, resolve)
  })
  cleanups.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new TypeError('Listening on a port was asked for')
  own = toOwnAddress(address.port)
  if (isStopping) return null
  const thread = new InspectorThread(host, WORKER_SCRIPT, fail)
  cleanups.push(() => thread.close())
  const sockets = serveSockets(server, thread, token, () => own)
  cleanups.push(() => sockets.close())
  return `${own.origin}/#t=${token.text}`
}

async function stop(exitCode: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  setTimeout(() => process.exit(exitCode || 1), SHUTDOWN_DEADLINE_MS).unref()
  for (const cleanup of cleanups.toReversed()) {
    try {
      await cleanup()
    } catch (cause) {
      process.stderr.write(`While stopping: ${toLine(cause)}\n`)
    }
  }
  process.exit(exitCode)
}

/** One clear line, and the end. What a person can put right ends with 2. */
function fail(cause: unknown): void {
  process.stderr.write(`${toLine(cause)}\n`)
  const isUsersToPutRight = cause instanceof Error && 'code' in cause
  void stop(isUsersToPutRight ? 2 : 1)
}

function toLine(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (!('syscall' in cause) || cause.syscall !== 'listen') return cause.message
  const code = 'code' in cause ? cause.code : null
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Choose another one, or leave --port out.'
  if (code === 'EACCES')
    return 'This port may not be used by this user. Choose one above 1023, or leave --port out.'
  return cause.message
}

main().catch(fail)
