/** All windows of the app: which queue is where, and what a new request to open something leads to. */
import { realpath } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { app, BrowserWindow, dialog } from 'electron'
import type { WebContents } from 'electron'
import type { HostCommand } from '../../shared/contract/model.ts'
import type { OpenTarget } from './command-line.ts'
import { InspectorWindow, toBackground } from './inspector-window.ts'
import type { WindowServices, WindowStart } from './inspector-window.ts'

const RESOLVE_DEADLINE_MS = 1_000

export class Windows {
  readonly #services: WindowServices
  readonly #open = new Set<InspectorWindow>()
  readonly #ending = new Set<Promise<void>>()
  #isQuitting = false
  #opening: Promise<void> = Promise.resolve()

  constructor(services: WindowServices) {
    this.#services = services
  }

  /**
   * Shows the queue in the window that has it, else in a new one, which takes the place of a mere welcome screen. One after
   * the other: two requests for one queue must not both find that it has no window yet.
   */
  open(target: OpenTarget): Promise<void> {
    const opened = this.#opening.then(() => this.#openNext(target))
    this.#opening = opened.catch(() => undefined)
    return opened
  }

  async #openNext(target: OpenTarget): Promise<void> {
    const start = await this.#toStart(target)
    const present = start.dir === null ? undefined : this.#windowOf(start)
    if (present !== undefined) {
      present.focus()
      if (start.place !== null) present.command({ kind: 'show', place: start.place })
      return
    }
    const welcome = this.#all().find(({ queuePath }) => queuePath === null)
    if (start.dir === null && welcome !== undefined) return welcome.focus()
    const window = new InspectorWindow(this.#services, start, (mayClose) => this.#onAnswer(window, mayClose))
    this.#open.add(window)
    window.browserWindow.once('closed', () => this.#end(window))
    welcome?.browserWindow.close()
  }

  /** The window of a page, or undefined for any other web contents. */
  ofContents(contents: WebContents): InspectorWindow | undefined {
    return this.#all().find(({ browserWindow }) => browserWindow.webContents === contents)
  }

  /** Asks the page of the window that has the focus; false where none has. */
  commandFocused(command: HostCommand): boolean {
    const focused = BrowserWindow.getFocusedWindow()
    const window = this.#all().find(({ browserWindow }) => browserWindow === focused)
    window?.command(command)
    return window !== undefined
  }

  isEmpty(): boolean {
    return this.#open.size === 0
  }

  rescan(): void {
    for (const window of this.#open) window.rescan()
  }

  /** The theme changed: what shows through before a page paints changes with it. */
  followTheme(): void {
    for (const { browserWindow } of this.#open) browserWindow.setBackgroundColor(toBackground())
  }

  /** From now on a window that asked its person and was let go carries the quitting on, which its question held up. */
  beginQuit(): void {
    this.#isQuitting = true
  }

  /** Stops all inspectors, also those of windows that were just closed. */
  async close(): Promise<void> {
    for (const window of this.#all()) this.#end(window)
    await Promise.all(this.#ending)
  }

  /**
   * One queue has one window; one for looking only and one for acting may stand side by side, so that neither gets more
   * or less than was asked for.
   */
  #windowOf({ dir, readOnly }: WindowStart): InspectorWindow | undefined {
    return this.#all().find((window) => window.queuePath === dir && window.readOnly === readOnly)
  }

  async #toStart(target: OpenTarget): Promise<WindowStart> {
    const welcome: WindowStart = { dir: null, isDemo: false, place: null, readOnly: false }
    if (target.kind === 'welcome') return welcome
    if (target.kind === 'queue') {
      const { place, readOnly } = target
      // The same directory under another name is the same queue. One that is not there is told by its window.
      const dir = await resolveOrAsIs(target.dir)
      return { dir, isDemo: false, place, readOnly }
    }
    try {
      return { ...welcome, dir: await this.#services.demo.open(), isDemo: true }
    } catch (cause) {
      dialog.showErrorBox('The demo queue could not be made', String(cause))
      return welcome
    }
  }

  #end(window: InspectorWindow): void {
    if (!this.#open.delete(window)) return
    const ended = window.close().finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }

  #onAnswer({ browserWindow }: InspectorWindow, mayClose: boolean): void {
    if (!mayClose) this.#isQuitting = false
    else if (this.#isQuitting) app.quit()
    else browserWindow.close()
  }

  #all(): InspectorWindow[] {
    return [...this.#open]
  }
}

/** A mount that does not answer must not hold up its window, which says so. */
async function resolveOrAsIs(dir: string): Promise<string> {
  return Promise.race([realpath(dir).catch(() => dir), delay(RESOLVE_DEADLINE_MS, dir)])
}
