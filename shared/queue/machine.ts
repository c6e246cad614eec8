/** Which boot and which process this is: what makes a lease of another process comparable with our own time. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'

let knownBootId: string | null = null

/** A name of this boot of this machine, fit for a file name. */
export function bootId(): string {
  knownBootId ??= readBootId().replaceAll(/[^0-9A-Za-z-]/g, '')
  return knownBootId
}

function readBootId(): string {
  if (process.platform === 'linux') return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  if (process.platform === 'darwin') {
    return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'latin1' }).trim()
  }
  // No boot id to be had: the host and the hour it was started in.
  return `${os.hostname()}-${Math.round((Date.now() / 1000 - os.uptime()) / 3600)}`
}

/** The pid namespace, or '' where there is none. Two containers on one kernel share the boot id, but not their process ids. */
export function pidNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** When a process started, in the system's own unit, or null: no such process, or it is a zombie that waits to be reaped. */
export function processStartOrNull(pid: number): string | null {
  if (process.platform !== 'linux') return isProcessThere(pid) ? '' : null
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field, the command in parentheses, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function isProcessThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
