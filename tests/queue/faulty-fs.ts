/** Makes the system calls of the core fail. The core calls `fs.xSync` on the module's own object, so that is where it is done. */
import fs from 'node:fs'

const CALLS = [
  'openSync',
  'writeSync',
  'closeSync',
  'renameSync',
  'fsyncSync',
  'readSync',
  'fstatSync',
  'lstatSync',
  'statSync',
  'opendirSync',
  'readdirSync',
  'mkdirSync',
  'unlinkSync',
  'rmSync',
  'writeFileSync',
  'utimesSync',
  'realpathSync',
] as const
type Call = (typeof CALLS)[number]

export interface Faults {
  /** The calls made so far, by name. */
  readonly calls: Call[]
  /** The call that was made to fail, or null. */
  failed: Call | null
}

/** Runs `act` with its `failAt`-th system call (from 0) failing with `code`. A failing close still closes. */
export function withFault<T>(
  failAt: number,
  code: string,
  act: () => T,
): { readonly outcome: T | Error; readonly faults: Faults } {
  const faults: Faults = { calls: [], failed: null }
  const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>
  const originals = new Map<string, (...args: unknown[]) => unknown>()
  for (const call of CALLS) {
    const original = table[call]
    if (original === undefined) throw new Error(`No such call: ${call}`)
    originals.set(call, original)
    table[call] = (...args) => {
      if (faults.calls.push(call) - 1 !== failAt) return original(...args)
      faults.failed = call
      if (call === 'closeSync') original(...args)
      throw Object.assign(new Error(`${code}: injected into ${call}`), { code, syscall: call })
    }
  }
  try {
    return { outcome: act(), faults }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { outcome: error, faults }
  } finally {
    for (const [call, original] of originals) table[call] = original
  }
}
