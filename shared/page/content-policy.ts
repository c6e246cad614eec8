/** The policy and headers under which both hosts serve the page. */
import { randomBytes } from 'node:crypto'

/** Written into the page by the build (`html.cspNonce` in vite.config.ts), replaced at each response. */
export const NONCE_PLACEHOLDER = '__FQ_NONCE__'

export function createNonce(): string {
  return randomBytes(16).toString('base64')
}

/** @param connectSources What the page may talk to beside its own origin: the loopback server's WebSocket. */
export function toContentPolicy(nonce: string, connectSources: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectSources].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Sent with every response of both hosts, the refusals too. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}
