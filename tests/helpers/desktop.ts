import { hasDisplay } from '../../scripts/open-browser.ts'

/** Why no desktop app can run on this machine, in words; null where one can. */
export function desktopObstacleOrNull(): string | null {
  if (!hasDisplay()) return 'there is no display'
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return "Electron's sandbox does not run as root"
  return null
}
