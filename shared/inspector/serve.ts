import { StandardRPCHandler } from '@orpc/server/standard'
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { ServerPeer } from '@orpc/standard-server-peer'
import type { InspectorRouter } from './router.ts'

export interface Connection {
  /** Takes one frame as it came from the wire. Never throws, never rejects. */
  receive(frame: unknown): void
  /** Aborts the calls under way and ends the streams. */
  close(): void
}

/**
 * Serves the router to one client over any transport of frames; both hosts use it. oRPC's stock adapters turn a
 * malformed frame into an unhandled rejection and know no backpressure (see stack notes in ARCHITECTURE.md).
 *
 * @param send Sends one frame; await inside it until the transport can take more. A rejection closes the connection.
 * @param onBadFrame Called for a frame that is no request: a defect or an attack. The host decides what to do.
 */
export function serveConnection(
  router: InspectorRouter,
  send: (frame: string | Uint8Array) => void | Promise<void>,
  onBadFrame: (cause: unknown) => void,
): Connection {
  let open = true
  const handler = new StandardRPCHandler(router, {})
  const handle = createServerPeerHandleRequestFn(handler, { context: {} })
  const peer = new ServerPeer(async (message) => {
    if (!open) return
    await send(typeof message === 'string' ? message : toBytes(message))
  })
  return {
    receive(frame) {
      if (!open) return
      if (typeof frame !== 'string' && !(frame instanceof Uint8Array)) {
        onBadFrame(new TypeError(`A frame must be a string or a Uint8Array, got ${typeof frame}`))
        return
      }
      void (async () => {
        try {
          await peer.message(frame, handle)
        } catch (cause) {
          if (open) onBadFrame(cause)
        }
      })()
    },
    close() {
      if (!open) return
      open = false
      peer.close()
    },
  }
}

function toBytes(message: ArrayBufferLike | Uint8Array): Uint8Array {
  return message instanceof Uint8Array ? message : new Uint8Array(message)
}
