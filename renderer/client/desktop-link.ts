import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { InspectorClient, Link, LinkEnd } from './inspector-client.ts'

const PORT_DEADLINE_MS = 10_000

/** What the preload script shows to the page; it hands over one MessagePort beside, nothing else. */
export interface DesktopBridge {
  readonly isDesktop: true
  pathOfDroppedFile(file: File): string
}

export function desktopBridgeOrNull(): DesktopBridge | null {
  const bridge: unknown = Reflect.get(globalThis, 'fqDesktop')
  return isBridge(bridge) ? bridge : null
}

function isBridge(value: unknown): value is DesktopBridge {
  return typeof value === 'object' && value !== null && 'pathOfDroppedFile' in value
}

/** Tells the preload script that this page listens, and waits for its port. */
export async function openDesktopLink(): Promise<Link> {
  const port = await requestPort()
  const ended = new Promise<LinkEnd>((resolve) => {
    port.addEventListener('close', () => resolve('lost'))
  })
  const client: InspectorClient = createORPCClient(new RPCLink({ port }))
  port.start()
  return { client, ended, close: () => port.close() }
}

function requestPort(): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController()
    const deadline = setTimeout(() => {
      stop.abort()
      reject(new Error('The app did not answer'))
    }, PORT_DEADLINE_MS)
    window.addEventListener(
      'message',
      (event) => {
        const port = event.ports[0]
        if (event.source !== window || event.data !== 'fq:port' || port === undefined) return
        clearTimeout(deadline)
        stop.abort()
        resolve(port)
      },
      { signal: stop.signal },
    )
    window.postMessage('fq:ready', location.origin)
  })
}
