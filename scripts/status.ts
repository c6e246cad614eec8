/** `npm run -s status -- DIR [--json]`: builds what is outdated, then looks. See docs/operating.md. */
import { ensureBuilt } from './built-app.ts'
import { runStatus } from './server-process.ts'

ensureBuilt()
process.exitCode = await runStatus(process.argv.slice(2))
