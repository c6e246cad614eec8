/**
 * Who works under a node id: an empty root file `.fq-node-<id>.<pid>-<start>-<pid namespace>-<boot id>@<host>`. Its NAME is the whole
 * record, so it is never half written, and removing the record of a dead holder can never hit that of a new one.
 */
import fs from 'node:fs'
import os from 'node:os'
import { FemtoQueueError } from './errors.ts'
import { bootId, pidNamespace, processStartOrNull } from './machine.ts'

export type HolderFate = 'alive' | 'dead' | 'unknown'

export interface NodeRecord {
  readonly node: string
  readonly file: string
  /** True when its stamps were made on the clock of this boot. */
  readonly thisBoot: boolean
  readonly fate: HolderFate
}

const RECORD = /^\.fq-node-(.+)\.(\d+)-(\d*)-(\d*)-([0-9A-Za-z-]+)@([0-9A-Za-z-]*)$/
/** Queues of this process that are open: a second one under the same node id is refused here too. */
const heldHere = new Set<string>()

/** All records in the names of the queue's root. */
export function parseNodeRecords(rootNames: readonly string[]): NodeRecord[] {
  return rootNames.flatMap((file) => parseNodeRecordOrNull(file) ?? [])
}

/** Takes the node id for this process and gives the function that hands it back. @throws FemtoQueueError `node-in-use`. */
export function holdNode(dataDir: string, node: string): () => void {
  const here = `${fs.realpathSync(dataDir)}\0${node}`
  if (heldHere.has(here)) throw inUse(dataDir, node, 'by this very process')
  const own = ownRecordName(node)
  fs.closeSync(fs.openSync(`${dataDir}/${own}`, 'w'))
  // Write first, then look: of two that start together at least one sees the other.
  for (const other of parseNodeRecords(fs.readdirSync(dataDir))) {
    if (other.node !== node || other.file === own) continue
    if (other.fate === 'dead') {
      fs.rmSync(`${dataDir}/${other.file}`, { force: true })
    } else {
      fs.rmSync(`${dataDir}/${own}`, { force: true })
      throw inUse(dataDir, node, other.file)
    }
  }
  heldHere.add(here)
  return () => {
    heldHere.delete(here)
    fs.rmSync(`${dataDir}/${own}`, { force: true })
  }
}

function inUse(dataDir: string, node: string, by: string): FemtoQueueError {
  return new FemtoQueueError('node-in-use', `Node id ${JSON.stringify(node)} is in use: ${by}`, {
    path: `${dataDir}/${node}`,
  })
}

function ownRecordName(node: string): string {
  return `.fq-node-${node}.${process.pid}-${processStartOrNull(process.pid) ?? ''}-${namespaceNumber()}-${bootId()}@${hostName()}`
}

function hostName(): string {
  return os.hostname().replaceAll(/[^0-9A-Za-z-]/g, '-')
}

function namespaceNumber(): string {
  return pidNamespace().replaceAll(/\D/g, '')
}

function parseNodeRecordOrNull(file: string): NodeRecord | null {
  const match = RECORD.exec(file)
  if (match === null) return null
  const [, node = '', pid = '', start, namespace, boot, host] = match
  if (boot !== bootId())
    return { node, file, thisBoot: false, fate: host === hostName() ? 'dead' : 'unknown' }
  if (namespace !== namespaceNumber()) return { node, file, thisBoot: true, fate: 'unknown' }
  return { node, file, thisBoot: true, fate: processStartOrNull(Number(pid)) === start ? 'alive' : 'dead' }
}
