/** `npm run -s serve -- DIR [--port N] [--write]`: the inspector on loopback, for machines without a display. */
import { ensureBuilt } from './built-app.ts'
import { runServer } from './server-process.ts'

ensureBuilt()
process.exitCode = await runServer(process.argv.slice(2))
