import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPO_DIR } from '../../scripts/built-app.ts'

const DIR = path.join(REPO_DIR, '.github/workflows')
const FILES = readdirSync(DIR)

describe.each(FILES)('the workflow %s', (file) => {
  const text = readFileSync(path.join(DIR, file), 'utf8')

  it('pins every action by its full hash, and names the version beside it', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line))
    expect(uses.length).toBeGreaterThan(0)
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('begins with no more than the right to read, and keeps it from what it checks out', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
    expect(text).not.toContain('pull_request_target')
    const checkouts = text.match(/actions\/checkout@/g)?.length
    expect(text.match(/persist-credentials: false/g)).toHaveLength(checkouts ?? 0)
  })

  it('puts nothing that others can write into a shell', () => {
    const inShell = text.match(/\$\{\{\s*github\.(?:event|head_ref)[^}]*\}\}/g)
    expect(inShell).toBeNull()
  })
})
