/** `npm run -s status -- DIR [--json]`: builds what is outdated, then looks. See docs/operating.md. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, REPO_DIR } from './built-app.ts'
import { exitCodeOf } from './server-process.ts'

ensureBuilt()
const script = join(REPO_DIR, 'dist/server/status.js')
process.exitCode = await exitCodeOf(
  spawn(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' }),
)
