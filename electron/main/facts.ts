import os from 'node:os'
import { app, screen } from 'electron'
import { errorCount } from './log.ts'

/** For "Copy diagnostics": versions and the machine. No paths, no names of people, machines or queues. */
export function readFacts(): Record<string, string> {
  const { electron, chrome, node } = process.versions
  const displays = screen
    .getAllDisplays()
    .map(({ size, scaleFactor }) => `${size.width}x${size.height}@${scaleFactor}`)
  return {
    electron: electron ?? 'none',
    chromium: chrome ?? 'none',
    node,
    system: `${os.type()} ${os.release()} ${process.arch}`,
    'session type': process.env['XDG_SESSION_TYPE'] ?? 'not told',
    locale: app.getLocale(),
    packed: String(app.isPackaged),
    displays: displays.join(', '),
    'memory of this process': `${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    'running for': `${Math.round(process.uptime())} s`,
    'errors logged': String(errorCount()),
  }
}
