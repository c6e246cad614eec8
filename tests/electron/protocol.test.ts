import { describe, expect, it } from 'vitest'
import { toAppResponse } from '../../electron/main/protocol.ts'
import type { PageFiles } from '../../shared/page/page-files.ts'

const FILES: PageFiles = new Map([
  ['/', { bytes: Buffer.from('<p nonce="__FQ_NONCE__">'), contentType: 'text/html; charset=utf-8' }],
  ['/assets/main.js', { bytes: Buffer.from('export {}'), contentType: 'text/javascript; charset=utf-8' }],
])

function get(url: string, method = 'GET'): Response {
  return toAppResponse({ url, method }, FILES)
}

describe('the app scheme', () => {
  it('serves the page with a fresh nonce in page and policy', async () => {
    const [first, second] = [get('app://inspector/'), get('app://inspector/')]
    const policy = first.headers.get('content-security-policy') ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none'
    expect(await first.text()).toBe(`<p nonce="${nonce}">`)
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(second.headers.get('content-security-policy')).not.toBe(policy)
  })

  it('serves an asset under its type, whatever query it has', () => {
    const response = get('app://inspector/assets/main.js?x=1')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    'app://inspector/assets/../../package.json',
    'app://inspector/..%2f..%2fetc/passwd',
    'app://inspector/%61ssets/main.js',
    'app://inspector//assets/main.js',
    'app://inspector/assets/main.js.map',
    'app://inspector/assets',
    'app://other/',
    'app://inspector',
    'app://inspector.evil/',
    'file:///etc/passwd',
    '',
  ])('knows no %s', (url) => {
    expect(get(url).status).toBe(404)
  })

  it.each(['POST', 'PUT', 'HEAD', 'OPTIONS'])('does not answer %s', (method) => {
    expect(get('app://inspector/', method).status).toBe(404)
  })
})
