import type { Host } from '../../shared/inspector/host.ts'

/** A host without window, socket or settings. */
export function makeFakeHost(overrides: Partial<Host> = {}): Host & { readonly remembered: string[] } {
  const remembered: string[] = []
  return {
    kind: 'server',
    version: '0.0.0-test',
    platform: process.platform,
    startDir: null,
    startDirIsDemo: false,
    startPlace: null,
    canOpenPath: true,
    readOnlyReason: null,
    pushLimitBytes: 1024 * 1024,
    facts: () => ({}),
    stateDir: null,
    recentQueues: () => [],
    pathOfRecent: () => null,
    rememberQueue: (dir) => {
      remembered.push(dir)
    },
    ...overrides,
    remembered,
  }
}
