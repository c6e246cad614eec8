import { ipcMain, MessageChannelMain } from 'electron'
import { CHANNELS } from '../preload/channels.ts'
import { isTrustedSender } from './trusted-senders.ts'
import type { Windows } from './windows.ts'

/** The app's only IPC: a page of ours asks for its port. All calls and streams run over that. */
export function handOutPorts(windows: Windows): void {
  ipcMain.on(CHANNELS.connect, (event) => {
    const frame = event.senderFrame
    const window = windows.ofContents(event.sender)
    if (frame === null || !isTrustedSender(frame) || window === undefined) return
    const { port1, port2 } = new MessageChannelMain()
    window.connect(port1)
    frame.postMessage(CHANNELS.port, null, [port2])
  })
}
