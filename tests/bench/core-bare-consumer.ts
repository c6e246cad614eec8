/**
 * One of several consumers that know nothing but the bare calls: `node core-bare-consumer.ts DIR NODE dealt|plain OF`, for NODE n0, n1 … of
 * OF. `dealt`: each is given its own names beforehand, so that nobody meets anybody: what the machine allows. `plain`: all walk the whole list.
 */
import fs from 'node:fs'
import { errnoOrNull } from '../../shared/queue/errors.ts'
import type { ConsumerResult } from './core-consumer.ts'

const [dataDir = '', nodeId = '', mode = '', of = '1'] = process.argv.slice(2)
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)
const bytes = Buffer.alloc(4096)
const names = fs
  .readdirSync(`${dataDir}/pending`)
  .toSorted()
  .filter((_, index) => mode === 'plain' || index % Number(of) === Number(nodeId.slice(1)))
fs.mkdirSync(`${dataDir}/${nodeId}`)
let lostClaims = 0

function claim(name: string): boolean {
  try {
    fs.renameSync(`${dataDir}/pending/${name}`, `${dataDir}/${nodeId}/${name}`)
    return true
  } catch (error) {
    if (errnoOrNull(error) !== 'ENOENT') throw error
    lostClaims++
    return false
  }
}

process.once('message', () => {
  const startUs = nowUs()
  const popped: Array<[number, string]> = []
  for (const name of names) {
    if (!claim(name)) continue
    popped.push([nowUs(), name])
    const fd = fs.openSync(`${dataDir}/${nodeId}/${name}`, fs.constants.O_RDONLY)
    fs.fstatSync(fd)
    fs.readSync(fd, bytes, 0, bytes.length, 0)
    fs.closeSync(fd)
    fs.renameSync(`${dataDir}/${nodeId}/${name}`, `${dataDir}/done/${name}`)
  }
  const result: ConsumerResult = { lostClaims, popped, startUs, endUs: nowUs() }
  process.send?.(result, () => process.exit(0))
})
process.send?.('ready')
