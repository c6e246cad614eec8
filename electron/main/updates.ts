/**
 * Where updates are found. The app never looks by itself and never replaces itself: it has no identity to sign with yet, and
 * an updater that installs what it cannot verify is worse than none. When the person asks, the page of releases opens
 * in the browser; where a package manager owns the app, updates are its business and the app offers nothing.
 */
import packageJson from '../../package.json' with { type: 'json' }

export interface Installation {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isPackaged: boolean
  /** `process.mas`, `process.windowsStore`. */
  readonly isFromStore: boolean
}

/** The constant address that "Check for Updates…" opens; null: the item is not there. */
export function releasesUrlOrNull(installation: Installation, manifest: object = packageJson): string | null {
  if (isOwnedByPackageManager(installation)) return null
  const repository = 'repository' in manifest ? manifest.repository : null
  const named =
    typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : repository
  if (typeof named !== 'string') return null
  const url = URL.parse(named.replace(/^git\+/, '').replace(/\.git$/, ''))
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.search !== '') return null
  return `${url.origin}${url.pathname.replace(/\/$/, '')}/releases`
}

function isOwnedByPackageManager({ platform, env, isPackaged, isFromStore }: Installation): boolean {
  if (!isPackaged) return false
  if (isFromStore) return true
  // On Linux only an AppImage is the person's own file: deb, snap and Flatpak have an owner.
  return platform === 'linux' && (env['APPIMAGE'] === undefined || env['SNAP'] !== undefined)
}
