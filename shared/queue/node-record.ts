/**
 * Who works under a node id: an empty root file `.fq-node-<id>.<pid>-<start>-<pid namespace>-<boot id>@<host>`. Its NAME is the whole
 * record, so it is never half written, and removing the record of a dead holder can never hit that of a new one.
 */
import fs from 'node:fs'
import os from 'node:os'
import { errnoOrNull, FemtoQueueError } from './errors.ts'
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

export interface HeldNode {
  /** A sign of life for those who cannot see our process: on another host, or in another container. */
  touch(): void
  leave(): void
}

/**
 * Takes the node id for this process. A record whose holder cannot be judged from here counts as left when it was not touched
 * for four timeouts.
 * @throws FemtoQueueError `node-in-use`, or the system's errors.
 */
export function holdNode(dataDir: string, node: string, timeoutStaleMs: number): HeldNode {
  const here = `${fs.realpathSync(dataDir)}\0${node}`
  if (heldHere.has(here)) throw inUse(dataDir, node, 'by this very process')
  const own = ownRecordName(node)
  const ownPath = `${dataDir}/${own}`
  makeOwnRecord(ownPath, () => inUse(dataDir, node, 'by another thread of this very process'))
  // Write first, then look: of two that start together at least one sees the other.
  for (const other of parseNodeRecords(fs.readdirSync(dataDir))) {
    if (other.node !== node || other.file === own) continue
    if (
      other.fate === 'alive' ||
      (other.fate === 'unknown' && !isLeft(`${dataDir}/${other.file}`, timeoutStaleMs))
    ) {
      fs.rmSync(ownPath, { force: true })
      throw inUse(dataDir, node, `see ${other.file}`)
    }
    fs.rmSync(`${dataDir}/${other.file}`, { force: true })
  }
  heldHere.add(here)
  return {
    touch: () => touchIfThere(ownPath),
    leave: () => {
      heldHere.delete(here)
      fs.rmSync(ownPath, { force: true })
    },
  }
}

/** The record of this very process can be there already: of another thread, or of another copy of this module. */
function makeOwnRecord(path: string, inUseHere: () => FemtoQueueError): void {
  // Where no start times are to be had it may also be left from an earlier process of the same number.
  const canBeLeft = processStartOrNull(process.pid) === ''
  try {
    fs.closeSync(fs.openSync(path, canBeLeft ? 'w' : 'wx'))
  } catch (error) {
    throw errnoOrNull(error) === 'EEXIST' ? inUseHere() : error
  }
}

const LEFT_AFTER_TIMEOUTS = 4

function isLeft(path: string, timeoutStaleMs: number): boolean {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false })
  return stat === undefined || Date.now() - stat.mtimeMs > LEFT_AFTER_TIMEOUTS * timeoutStaleMs
}

function touchIfThere(path: string): void {
  try {
    fs.utimesSync(path, new Date(), new Date())
  } catch {
    // Somebody removed our record by hand, or the disk is read-only: our leases still speak for us.
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
