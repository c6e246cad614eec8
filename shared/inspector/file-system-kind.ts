import { statfs } from 'node:fs/promises'
import { errnoOrNull } from '../queue/errors.ts'

/** Magic numbers of statfs(2) for file systems that other machines may change without telling us, and whose clock is not ours. */
const NETWORK_FILE_SYSTEMS = new Map<number, string>([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x47504653, 'GPFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x19830326, 'BeeGFS'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
])

/** The name of a file system whose changes by others send no events here, or null. `type` as in statfs(2), signed or not. */
export function toNetworkNameOrNull(type: number): string | null {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0) ?? null
}

/** The name of the network file system that a directory lies on; null: it is a local one, or cannot be told. */
export async function readNetworkName(dir: string): Promise<string | null> {
  try {
    return toNetworkNameOrNull((await statfs(dir)).type)
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}
