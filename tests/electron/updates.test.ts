import { describe, expect, it } from 'vitest'
import { releasesUrlOrNull } from '../../electron/main/updates.ts'
import type { Installation } from '../../electron/main/updates.ts'

const REPO = { repository: { url: 'git+https://code.example/people/app.git' } }
const URL_OF_RELEASES = 'https://code.example/people/app/releases'

function installed(more: Partial<Installation> = {}): Installation {
  return { platform: 'darwin', env: {}, isPackaged: true, isFromStore: false, ...more }
}

describe('the page of releases', () => {
  it('is what package.json names, and nothing where it names none', () => {
    expect(releasesUrlOrNull(installed(), REPO)).toBe(URL_OF_RELEASES)
    expect(releasesUrlOrNull(installed(), { repository: 'https://code.example/a/b/' })).toBe(
      'https://code.example/a/b/releases',
    )
    expect(releasesUrlOrNull(installed(), {})).toBeNull()
  })

  it.each([
    'http://code.example/a',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'a/b',
    'https://u:p@code.example/a',
  ])('is never %s', (repository) => {
    expect(releasesUrlOrNull(installed(), { repository })).toBeNull()
  })

  it.each<[string, Partial<Installation>, boolean]>([
    ['an AppImage', { platform: 'linux', env: { APPIMAGE: '/home/a.AppImage' } }, true],
    ['a deb', { platform: 'linux' }, false],
    ['a snap', { platform: 'linux', env: { APPIMAGE: 'x', SNAP: '/snap/app' } }, false],
    ['a store', { isFromStore: true }, false],
    ['an installer of Windows', { platform: 'win32' }, true],
    ['a checkout', { platform: 'linux', isPackaged: false }, true],
  ])('is offered to %s: %s', (_what, installation, isOffered) => {
    expect(releasesUrlOrNull(installed(installation), REPO)).toBe(isOffered ? URL_OF_RELEASES : null)
  })
})
