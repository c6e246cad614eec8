import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { Problem } from '../../contract/model.ts'
import { errnoOrNull } from '../../queue/errors.ts'
import type { FileIdentity } from '../../queue/index.ts'
import type { Finding } from './findings.ts'

/** A problem with the file that it was seen on; `identity` is null where there is no file, as with a missing directory. */
export interface SeenProblem {
  readonly problem: Problem
  readonly identity: FileIdentity | null
}

/** Looks at the files of the findings, so that each problem names exactly the file that is seen now. What is gone is left out. */
export async function toSeenProblems(root: string, findings: readonly Finding[]): Promise<SeenProblem[]> {
  const seen = await Promise.all(findings.map((finding) => toSeenProblemOrNull(root, finding)))
  return seen.filter((problem) => problem !== null)
}

async function toSeenProblemOrNull(root: string, finding: Finding): Promise<SeenProblem | null> {
  const stats = await lstatOrNull(path.join(root, finding.path))
  if (stats === null && UNNAMEABLE.test(finding.path)) return toUnnameable(finding)
  if (stats === null && finding.kind !== 'missing-directory') return null
  const identity = stats === null ? null : { dev: stats.dev, ino: stats.ino }
  const { command, ...rest } = finding
  const key = [finding.kind, finding.path, identity?.dev ?? '', identity?.ino ?? ''].join('\0')
  const problemId = createHash('sha256').update(key).digest('hex').slice(0, 32)
  return {
    problem: { ...rest, problemId, command: command === null ? null : toShellLine(command) },
    identity,
  }
}

/** Node puts U+FFFD where a name is not UTF-8, and no call can name such a file any more. */
const UNNAMEABLE = /\ufffd/

function toUnnameable(finding: Finding): SeenProblem {
  const problemId = createHash('sha256').update(`${finding.kind}\0${finding.path}`).digest('hex').slice(0, 32)
  const advice = 'Its name is not UTF-8, so it cannot be moved from here: move it away in a shell.'
  return { problem: { ...finding, problemId, cures: [], advice, command: null }, identity: null }
}

async function lstatOrNull(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true })
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}

/** Quoted for a POSIX shell: a name may hold anything, also quotes and line breaks. */
export function toShellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ')
}
