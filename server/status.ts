/** `npm run -s status -- DIR [--json]`: the status of a queue, for scripts and cron. Without Electron and without a server. */
import { runStatusCommand } from '../shared/inspector/status/status-command.ts'

process.exitCode = await runStatusCommand(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
