import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { RawData, WebSocket } from 'ws'
import type { InspectorThread } from '../shared/inspector/inspector-thread.ts'
import type { Connection } from '../shared/inspector/serve.ts'
import type { AccessToken } from './access-token.ts'
import { upgradeRefusalOrNull } from './guards.ts'
import type { OwnAddress, Refusal } from './guards.ts'

/** A push of 16 MiB as base64 in JSON, and some room. */
const MAX_FRAME_BYTES = 24 * 1024 * 1024
const MAX_SOCKETS = 16
/** Before the token came: a connection may neither linger nor fill memory. */
const MAX_STRANGER_SOCKETS = 8
const MAX_STRANGER_BYTES = 4 * 1024
const TOKEN_DEADLINE_MS = 5_000
/** Above this many bytes on their way the sender waits: a slow client slows its own streams, not our memory. */
const SEND_HIGH_WATER_BYTES = 1024 * 1024
const PING_EVERY_MS = 20_000

const CLOSE_CODES = { goingAway: 1001, badFrame: 4400, wrongToken: 4401 } as const

export interface SocketHost {
  /** Closes every socket and ends its calls and streams. */
  close(): void
}

interface Session {
  readonly socket: WebSocket
  /** Null until the token came. */
  connection: Connection | null
  /** What had come from the client when it was last asked for a sign of life. */
  bytesAtPing: number
  readonly bytesRead: () => number
}

/** Answers WebSockets on `/rpc`: Origin at the upgrade, then the token as first message, then the inspector's calls. */
export function serveSockets(
  server: Server,
  inspector: Pick<InspectorThread, 'connect'>,
  token: AccessToken,
  own: () => OwnAddress,
  pingEveryMs = PING_EVERY_MS,
): SocketHost {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  const sessions = new Set<Session>()

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Node hands the stream over without an error listener; a reset connection is no reason to end the process.
    stream.on('error', () => stream.destroy())
    const refusal = upgradeRefusalOrNull(request, own()) ?? crowdRefusalOrNull(sessions)
    if (refusal !== null) return refuseUpgrade(stream, refusal)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const bytesRead = (): number => request.socket.bytesRead
      const session: Session = { socket, connection: null, bytesAtPing: 0, bytesRead }
      sessions.add(session)
      socket.once('close', () => sessions.delete(session))
      admit(session, stream, head.length, inspector, token)
    })
  })

  const pinging = setInterval(() => pingAll(sessions), pingEveryMs)
  pinging.unref()
  return {
    close() {
      clearInterval(pinging)
      for (const { socket, connection } of sessions) {
        connection?.close()
        socket.close(CLOSE_CODES.goingAway, 'The inspector was stopped')
        socket.terminate()
      }
      sockets.close()
    },
  }
}

/** Waits for the token as first message, then serves; anything else ends the socket. */
function admit(
  session: Session,
  stream: Duplex,
  bytesAlreadyRead: number,
  inspector: Pick<InspectorThread, 'connect'>,
  token: AccessToken,
): void {
  const { socket } = session
  let strangerBytes = bytesAlreadyRead
  const countBytes = (chunk: Buffer): void => {
    strangerBytes += chunk.length
    if (strangerBytes > MAX_STRANGER_BYTES) socket.terminate()
  }
  stream.on('data', countBytes)
  const reject = (): void => {
    socket.close(CLOSE_CODES.wrongToken, 'The first message must be the token')
    stopAskingForToken()
  }
  const deadline = setTimeout(reject, TOKEN_DEADLINE_MS)
  const stopAskingForToken = (): void => {
    clearTimeout(deadline)
    stream.off('data', countBytes)
  }
  socket.on('error', () => socket.terminate())
  socket.once('close', () => {
    stopAskingForToken()
    session.connection?.close()
  })
  socket.once('message', (data, isBinary) => {
    if (isBinary || !token.matches(toBuffer(data).toString('utf8'))) return reject()
    stopAskingForToken()
    socket.send('ok')
    session.connection = serveSocket(socket, inspector)
  })
}

function serveSocket(socket: WebSocket, inspector: Pick<InspectorThread, 'connect'>): Connection {
  const connection = inspector.connect(
    (frame) => sendFrame(socket, frame),
    () => socket.close(CLOSE_CODES.badFrame, 'Not a request'),
  )
  socket.on('message', (data, isBinary) => {
    const bytes = toBuffer(data)
    connection.receive(isBinary ? bytes : bytes.toString('utf8'))
  })
  return connection
}

/** Resolves at once while the client keeps up, else when the frame has left; never for a frame to a closed socket. */
function sendFrame(socket: WebSocket, frame: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(frame, (error) => (error ? reject(error) : resolve()))
    if (socket.bufferedAmount < SEND_HIGH_WATER_BYTES) resolve()
  })
}

/** A client of which nothing came since the last round, not even an answer to the ping, is gone. */
function pingAll(sessions: ReadonlySet<Session>): void {
  for (const session of sessions) {
    const bytes = session.bytesRead()
    if (bytes === session.bytesAtPing) {
      session.socket.terminate()
      continue
    }
    session.bytesAtPing = bytes
    session.socket.ping()
  }
}

function crowdRefusalOrNull(sessions: ReadonlySet<Session>): Refusal | null {
  let strangers = 0
  for (const { connection } of sessions) if (connection === null) strangers++
  if (sessions.size < MAX_SOCKETS && strangers < MAX_STRANGER_SOCKETS) return null
  return { status: 503, reason: 'Too many connections' }
}

function refuseUpgrade(stream: Duplex, refusal: Refusal): void {
  const body = `${refusal.reason}\n`
  stream.end(
    [
      `HTTP/1.1 ${refusal.status} Refused`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      '',
      body,
    ].join('\r\n'),
  )
  // A peer that keeps its half open would hold the connection: all that is to be said was said.
  stream.once('finish', () => stream.destroy())
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
