/** The directories of a queue: where they lie, whether they are what they should be, and making them when asked to. */
import fs from 'node:fs'
import path from 'node:path'
import { errnoOrNull, FemtoQueueError, toQueueError } from './errors.ts'
import { RESERVED_DIRS } from './states.ts'

/**
 * Makes sure that `dataDir` is a queue and gives its absolute path.
 *
 * `create` makes what is missing; without it a missing directory is an error, and nothing is written. `syncAfterWrite` makes new
 * directories survive a power cut: what is stored in them is no safer than they are.
 * @throws FemtoQueueError `not-a-queue`, `bad-layout`, or the system's error.
 */
export function prepareStateDirs(
  dataDir: string,
  { create, syncAfterWrite }: { readonly create: boolean; readonly syncAfterWrite: boolean },
): string {
  const root = path.resolve(dataDir)
  refuseInsideAnotherQueue(root)
  refuseInsideAnotherQueue(realPath(root))
  for (const dir of [root, ...RESERVED_DIRS.map((name) => path.join(root, name))]) {
    if (create) makeDir(dir)
    else if (!isDirectory(dir))
      throw new FemtoQueueError('not-a-queue', `${root} is no FemtoQueue: ${dir} is no directory`, {
        path: dir,
      })
  }
  refuseLinksAndMounts(root)
  if (create && syncAfterWrite) {
    syncDir(root)
    syncDir(path.dirname(root))
  }
  return root
}

/** Makes a directory; one that is there already is fine. */
function makeDir(dir: string): void {
  try {
    fs.mkdirSync(dir, { recursive: true })
  } catch (error) {
    throw toQueueError(error, 'Creating the directory', { path: dir })
  }
}

/** Makes renames into and out of a directory last. Windows cannot do that, and needs it less. */
export function syncDir(dir: string): void {
  if (process.platform === 'win32') return
  const fd = fs.openSync(dir, fs.constants.O_RDONLY)
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

function isDirectory(dir: string): boolean {
  return fs.statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** Where a path leads that may not be there yet: a link on the way must not hide in which directory it lies. */
function realPath(file: string): string {
  if (file === path.dirname(file)) return file
  try {
    return fs.realpathSync(file)
  } catch (error) {
    // What is no directory will be told by whoever makes it.
    if (!['ENOENT', 'ENOTDIR'].includes(errnoOrNull(error) ?? ''))
      throw toQueueError(error, 'Opening the queue', { path: file })
    return path.join(realPath(path.dirname(file)), path.basename(file))
  }
}

/** To the workers of the outer queue ours would be a node, and our files its tasks. */
function refuseInsideAnotherQueue(root: string): void {
  for (let dir = path.dirname(root); ; dir = path.dirname(dir)) {
    if (isQueue(dir)) {
      throw new FemtoQueueError(
        'bad-layout',
        `${root} lies inside another queue, ${dir}: its workers would take it for a node`,
        { path: dir },
      )
    }
    if (dir === path.dirname(dir)) return
  }
}

function isQueue(dir: string): boolean {
  try {
    return RESERVED_DIRS.every((name) => isDirectory(path.join(dir, name)))
  } catch (error) {
    if (errnoOrNull(error) === 'EACCES') return false
    throw error
  }
}

/** Makes the directory of a node. @throws FemtoQueueError as prepareStateDirs(). */
export function prepareNodeDir(root: string, nodeId: string): string {
  const dir = path.join(root, nodeId)
  makeDir(dir)
  refuseLinkOrMount(dir, root, fs.statSync(root).dev)
  return dir
}

function refuseLinksAndMounts(root: string): void {
  const { dev } = fs.statSync(root)
  for (const name of RESERVED_DIRS) refuseLinkOrMount(path.join(root, name), root, dev)
}

/** A task moves by rename alone: that needs one device, and directories that cannot be exchanged behind our back. */
function refuseLinkOrMount(dir: string, root: string, dev: number): void {
  const stat = fs.lstatSync(dir)
  if (!stat.isDirectory())
    throw new FemtoQueueError('bad-layout', `${dir} must be a directory of its own, not a link`, {
      path: dir,
    })
  if (stat.dev !== dev)
    throw new FemtoQueueError(
      'bad-layout',
      `${dir} lies on another device than ${root}: tasks cannot be renamed into it`,
      { path: dir },
    )
}
