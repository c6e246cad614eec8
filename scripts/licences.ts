/** Gathers the licences of all packages whose code or files go into the built app: a plugin of the build. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'
import * as z from 'zod'

const NODE_MODULES = '/node_modules/'
const RULE = `\n${'-'.repeat(78)}\n`
const LICENCE_FILE = /^(?:licen[cs]e|copying|ofl)(?:[.-].*)?$/i
const HEAD =
  'FemtoQueue Inspector contains the packages below. Electron and Chromium come with their own texts beside this file.\n'

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() })

/**
 * Writes `file` anew after each of the build's environments. Packages that were looked at and whose code was then left
 * out are named too: one too many does no harm.
 * @throws where a package names no licence.
 */
export function collectLicences(file: string): Plugin {
  const packageDirs = new Set<string>()
  return {
    name: 'collect-licences',
    sharedDuringBuild: true,
    generateBundle() {
      for (const id of this.getModuleIds()) {
        const dir = packageDirOrNull(id)
        if (dir !== null) packageDirs.add(dir)
      }
    },
    writeBundle() {
      const texts = [...packageDirs].map(toText).toSorted()
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, [HEAD, ...new Set(texts)].join(RULE))
    },
  }
}

/** Virtual modules and our own have none. */
function packageDirOrNull(id: string): string | null {
  const path = id.replaceAll('\\', '/').replace(/^\0/, '')
  const at = path.lastIndexOf(NODE_MODULES)
  if (at === -1) return null
  const end = at + NODE_MODULES.length
  const name = /^(?:@[^/]+\/)?[^/?]+/.exec(path.slice(end))?.[0]
  if (name === undefined) return null
  const dir = path.slice(0, end) + name
  return existsSync(join(dir, 'package.json')) ? dir : null
}

function toText(dir: string): string {
  const { name, version, license } = manifestSchema.parse(
    JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')),
  )
  const files = readdirSync(dir).filter((file) => LICENCE_FILE.test(file))
  if (files.length === 0) return `${name} ${version}\n${license} (the package brings no text of it)\n`
  const texts = files.map((file) => readFileSync(join(dir, file), 'utf8').trim())
  return `${name} ${version}\n${license}\n\n${texts.join('\n\n')}\n`
}
