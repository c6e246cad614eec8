/** How long an event loop that does nothing is held up by the machine meanwhile: the floor. Until its input ends. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
console.log('started')
process.stdin.resume().once('end', () => {
  console.log(JSON.stringify({ maxMs: loop.max / 1e6, p99Ms: loop.percentile(99) / 1e6 }))
  process.exit(0)
})
