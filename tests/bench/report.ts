import { existsSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

const REPORT = new URL('../../docs/benchmarks.md', import.meta.url)
const HEAD = `# Benchmarks

Written by the benchmarks themselves (\`npm run bench:core\`, \`bench:index\`, \`bench:actions\`, \`bench:ui\`). Ratios against a peer or a floor measured in the
same run are what counts: the machines are shared and noisy, absolute times mean little.
`

const FILE_SYSTEMS = new Map([
  [0x01021994, 'tmpfs'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlayfs'],
])

export function readFileSystemName(dir: string): string {
  const { type } = statfsSync(dir)
  return FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`
}

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`
}

/** Replaces one benchmark's section of docs/benchmarks.md and leaves the others. */
export function writeSection(key: string, markdown: string): void {
  const start = `<!-- ${key}:start -->`
  const end = `<!-- ${key}:end -->`
  const text = existsSync(REPORT) ? readFileSync(REPORT, 'utf8') : HEAD
  const section = `${start}\n${markdown.trim()}\n${end}`
  const at = text.indexOf(start)
  const next =
    at === -1
      ? `${text.trimEnd()}\n\n${section}\n`
      : text.slice(0, at) + section + text.slice(text.indexOf(end) + end.length)
  writeFileSync(REPORT, next)
}

export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
