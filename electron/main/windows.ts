/** All windows of the app: which queue is where, and what a new request to open something leads to. */
import { dialog } from 'electron'
import type { WebContents } from 'electron'
import { InspectorWindow } from './inspector-window.ts'
import type { WindowServices } from './inspector-window.ts'
import { WELCOME } from './open-target.ts'
import type { OpenTarget } from './open-target.ts'

export class Windows {
  readonly #services: WindowServices
  readonly #open = new Set<InspectorWindow>()
  readonly #ending = new Set<Promise<void>>()

  constructor(services: WindowServices) {
    this.#services = services
  }

  /** Shows the queue in the window that has it, else in a new one, which takes the place of a mere welcome screen. */
  async open(target: OpenTarget): Promise<void> {
    const dir = await this.#dirOrNull(target)
    const present = dir === null ? undefined : this.#all().find(({ queuePath }) => queuePath === dir)
    if (present !== undefined) return present.focus()
    const welcome = this.#all().find(({ queuePath }) => queuePath === null)
    if (dir === null && welcome !== undefined) return welcome.focus()
    const window = new InspectorWindow(this.#services, target, dir)
    this.#open.add(window)
    window.browserWindow.once('closed', () => this.#end(window))
    welcome?.browserWindow.close()
  }

  /** The window of a page, or undefined for any other web contents. */
  ofContents(contents: WebContents): InspectorWindow | undefined {
    return this.#all().find(({ browserWindow }) => browserWindow.webContents === contents)
  }

  isEmpty(): boolean {
    return this.#open.size === 0
  }

  rescan(): void {
    for (const window of this.#open) window.rescan()
  }

  /** Stops all inspectors, also those of windows that were just closed. */
  async close(): Promise<void> {
    for (const window of this.#all()) this.#end(window)
    await Promise.all(this.#ending)
  }

  async #dirOrNull(target: OpenTarget): Promise<string | null> {
    if (target.kind === 'queue') return target.dir
    if (target.kind === WELCOME.kind) return null
    try {
      return await this.#services.demo.open()
    } catch (cause) {
      dialog.showErrorBox('The demo queue could not be made', String(cause))
      return null
    }
  }

  #end(window: InspectorWindow): void {
    if (!this.#open.delete(window)) return
    const ended = window.close().finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }

  #all(): InspectorWindow[] {
    return [...this.#open]
  }
}
