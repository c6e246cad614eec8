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
  [0x00c36400, 'Ceph'],
])

/** The name of the network file system that a directory lies on; null: it is a local one, or cannot be told. */
export async function readNetworkName(dir: string): Promise<string | null> {
  try {
    return NETWORK_FILE_SYSTEMS.get((await statfs(dir)).type) ?? null
  } catch (cause) {
    if (errnoOrNull(cause) === null) throw cause
    return null
  }
}
