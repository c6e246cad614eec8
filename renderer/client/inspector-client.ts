import type { ContractRouterClient } from '@orpc/contract'
import type { InspectorContract } from '../../shared/contract/contract.ts'

export type InspectorClient = ContractRouterClient<InspectorContract>

/** `lost`: try again; `refused`: the host does not know our token, and trying again cannot help. */
export type LinkEnd = 'lost' | 'refused'

/** One living connection. oRPC does not reconnect: after its end a new link is made, and queues are opened anew. */
export interface Link {
  readonly client: InspectorClient
  readonly ended: Promise<LinkEnd>
  readonly close: () => void
}

/** Rejects with LinkRefusedError where the host refused us, with anything else where it could not be reached. */
export type OpenLink = () => Promise<Link>

export class LinkRefusedError extends Error {
  constructor() {
    super('The host does not accept this token')
    this.name = 'LinkRefusedError'
  }
}

/** What the renderer needs of the machine it runs on, beside the calls. */
export interface Platform {
  readonly isDesktop: boolean
  readonly openLink: OpenLink
  /** The path of a folder dropped on the window; null where only the desktop app could tell. */
  pathOfDroppedFile(file: File): string | null
}
