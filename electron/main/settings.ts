/**
 * What the app remembers between starts: windows, recent queues, and what the person chose. A private JSON file; losing
 * it loses comfort only.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { hostSettingsSchema } from '../../shared/contract/model.ts'
import type { HostSettings, RecentQueue } from '../../shared/contract/model.ts'
import { logError } from './log.ts'

const MAX_RECENT = 12
/** Places of windows, one per queue; the longest unused are forgotten. */
const MAX_WINDOW_STATES = 50
const MAX_PATH_CHARS = 4_096
/** A mount that does not answer must not hold up the welcome screen. */
const EXISTS_DEADLINE_MS = 500

const coordinate = z.int().min(-100_000).max(100_000)
const windowStateSchema = z.object({
  x: coordinate,
  y: coordinate,
  width: z.int().min(200).max(100_000),
  height: z.int().min(200).max(100_000),
  isMaximized: z.boolean(),
  isFullScreen: z.boolean().default(false),
})
export type WindowState = z.infer<typeof windowStateSchema>

const choices = hostSettingsSchema.shape

/** Whatever does not fit falls back to nothing remembered: the file may be old, cut short, or written by hand. */
const settingsSchema = z.object({
  /** Latest first. `queue`: absolute path; null: the welcome screen and queues that were never opened. */
  windows: z
    .array(z.object({ queue: z.string().max(MAX_PATH_CHARS).nullable(), state: windowStateSchema }))
    .catch([]),
  recentQueues: z.array(z.string().min(1).max(MAX_PATH_CHARS)).catch([]),
  theme: choices.theme.catch('system'),
  readOnlyByDefault: choices.readOnlyByDefault.catch(false),
})
type SettingsData = z.infer<typeof settingsSchema>

const NOTHING: SettingsData = settingsSchema.parse({})

export class Settings {
  /** Called after the list of recent queues changed. */
  onRecentChanged: () => void = () => {}
  readonly #file: string
  #data: SettingsData

  /** Reads the file if there is one. Never throws. */
  constructor(file: string) {
    this.#file = file
    this.#data = readSettings(file)
  }

  /** Where the window of this queue was last; of a queue never seen before, where the latest window was. */
  windowStateOf(queue: string | null): WindowState | null {
    const { windows } = this.#data
    return (windows.find((window) => window.queue === queue) ?? windows[0])?.state ?? null
  }

  rememberWindow(queue: string | null, state: WindowState): void {
    const others = this.#data.windows.filter((window) => window.queue !== queue)
    this.#save({ ...this.#data, windows: [{ queue, state }, ...others].slice(0, MAX_WINDOW_STATES) })
  }

  get choices(): HostSettings {
    const { theme, readOnlyByDefault } = this.#data
    return { theme, readOnlyByDefault }
  }

  change(patch: Partial<HostSettings>): void {
    this.#save({ ...this.#data, ...patch })
  }

  /** Absolute paths, latest first. */
  get recentPaths(): readonly string[] {
    return this.#data.recentQueues
  }

  rememberQueue(path: string): void {
    const others = this.#data.recentQueues.filter((other) => other !== path)
    this.#save({ ...this.#data, recentQueues: [path, ...others].slice(0, MAX_RECENT) })
    this.onRecentChanged()
  }

  forgetQueue(path: string): void {
    this.#save({ ...this.#data, recentQueues: this.#data.recentQueues.filter((other) => other !== path) })
  }

  forgetQueues(): void {
    this.#save({ ...this.#data, recentQueues: [] })
    this.onRecentChanged()
  }

  /** With a look at each whether it is still there. */
  recentQueues(): Promise<RecentQueue[]> {
    return Promise.all(
      this.recentPaths.map(async (path) => ({
        recentId: toRecentId(path),
        path,
        name: basename(path) || path,
        exists: await isDirectory(path),
      })),
    )
  }

  pathOfRecent(recentId: string): string | null {
    return this.recentPaths.find((path) => toRecentId(path) === recentId) ?? null
  }

  /** Written beside and renamed: a crash leaves the old file or the new one. A full disk loses the change only. */
  #save(data: SettingsData): void {
    this.#data = data
    // A name of its own would pile up after crashes; another process never writes here (single instance).
    const fresh = `${this.#file}.new`
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
      rmSync(fresh, { force: true })
      writeFileSync(fresh, `${JSON.stringify(data, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(fresh, this.#file)
    } catch (cause) {
      logError('The settings could not be saved:', cause)
    }
  }
}

function readSettings(file: string): SettingsData {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return NOTHING
  }
}

/** Stable over starts, and no path: the page never names one. */
function toRecentId(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32)
}

async function isDirectory(path: string): Promise<boolean> {
  const looked = stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  return Promise.race([looked, delay(EXISTS_DEADLINE_MS, false)])
}
