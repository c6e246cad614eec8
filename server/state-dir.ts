import { homedir } from 'node:os'
import path from 'node:path'

const NAME = 'femtoqueue-inspector'

/**
 * Where the server keeps locks, audit and journals, absolute. `FEMTOQUEUE_INSPECTOR_STATE` names another place; empty: nowhere. Pure:
 * nothing is made.
 */
export function toStateDir(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home = homedir(),
): string | null {
  const own = environment['FEMTOQUEUE_INSPECTOR_STATE']
  if (own !== undefined) return own === '' ? null : path.resolve(own)
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', NAME)
  if (platform === 'win32')
    return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), NAME)
  const base = environment['XDG_STATE_HOME']
  // A relative one is to be ignored, says the XDG specification.
  const isUsable = base !== undefined && path.isAbsolute(base)
  return path.join(isUsable ? base : path.join(home, '.local', 'state'), NAME)
}
