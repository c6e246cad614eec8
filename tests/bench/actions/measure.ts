export interface Measured {
  readonly wallMs: number
  /** Of the whole process. */
  readonly cpuMs: number
}

export async function measure(work: () => unknown): Promise<Measured> {
  const cpuBefore = process.cpuUsage()
  const startedAtMs = performance.now()
  await work()
  const wallMs = performance.now() - startedAtMs
  const { user, system } = process.cpuUsage(cpuBefore)
  return { wallMs, cpuMs: (user + system) / 1000 }
}
