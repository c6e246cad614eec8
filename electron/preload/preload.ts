/**
 * Hands one MessagePort from the main process to the page, and tells the path of a dropped file. Nothing else: the
 * page reaches no part of Electron or Node.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNELS, PAGE_MESSAGES } from './channels.ts'

contextBridge.exposeInMainWorld('fqDesktop', {
  isDesktop: true,
  /** Empty for a File that does not come from the disk. */
  pathOfDroppedFile: (file: File) => webUtils.getPathForFile(file),
})

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== PAGE_MESSAGES.ready) return
  ipcRenderer.send(CHANNELS.connect)
})

ipcRenderer.on(CHANNELS.port, (event) => {
  window.postMessage(PAGE_MESSAGES.port, location.origin, event.ports)
})
