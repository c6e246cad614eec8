/**
 * `npm run pack:check`: packs the app for Linux around a stand-in for Electron (its binary is not needed), reads fuses and
 * archive back, and checks that exactly the intended files are in and that main and preload load from there. What only the
 * real binary can show is in docs/not-run-here.md.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { extractAll, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { build, Platform } from 'electron-builder'
import * as z from 'zod'
import { ensureBuilt, REPO_DIR } from './built-app.ts'

/** How Electron's binary is told its fuses: this text, a version, their number, one character each. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSES_AS_SHIPPED = '10110001'
const ON = '1'.charCodeAt(0)
const OFF = '0'.charCodeAt(0)
const EXPECTED_FUSES: readonly (readonly [FuseV1Options, number])[] = [
  [FuseV1Options.RunAsNode, OFF],
  [FuseV1Options.EnableCookieEncryption, OFF],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, OFF],
  [FuseV1Options.EnableNodeCliInspectArguments, OFF],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, ON],
  [FuseV1Options.OnlyLoadAppFromAsar, ON],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, OFF],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, OFF],
]
/** What may lie in the archive, and what must. */
const ALLOWED_FILES =
  /^\/(?:package\.json|LICENSE|dist\/main\/[\w-]+\.js|dist\/preload\/preload\.cjs|dist\/renderer\/(?:index\.html|assets\/[\w.-]+\.(?:js|css|svg|woff2)))$/
const REQUIRED_FILES = [
  '/package.json',
  '/LICENSE',
  '/dist/main/main.js',
  '/dist/main/inspector-worker.js',
  '/dist/main/demo-actor.js',
  '/dist/preload/preload.cjs',
  '/dist/renderer/index.html',
]
/** Beside the archive. */
const EXPECTED_RESOURCES = ['LICENSES.txt', 'app.asar']
const MAX_ARCHIVE_BYTES = 8 * 1024 * 1024

const names = z.record(z.string(), z.string()).optional()
const manifestSchema = z.object({
  version: z.string(),
  main: z.string(),
  scripts: names,
  devDependencies: names,
  dependencies: names,
})

const problems: string[] = []
const tempDir = mkdtempSync(join(tmpdir(), 'fq-pack-'))
try {
  ensureBuilt()
  const appDir = await pack()
  await checkFuses(appDir)
  checkAround(appDir)
  const archive = join(appDir, 'resources/app.asar')
  checkArchive(archive)
  const unpacked = join(tempDir, 'unpacked')
  extractAll(archive, unpacked)
  checkManifest(unpacked)
  checkLoading(unpacked)
} finally {
  rmSync(tempDir, { recursive: true, force: true })
}
for (const problem of problems) console.error(`pack:check: ${problem}`)
if (problems.length === 0) console.log('pack:check: fuses, files and loading are as intended')
process.exitCode = problems.length === 0 ? 0 : 1

function check(isRight: boolean, problem: string): void {
  if (!isRight) problems.push(problem)
}

/** Answers the directory of the packed app. */
async function pack(): Promise<string> {
  const output = join(tempDir, 'release')
  await build({
    projectDir: REPO_DIR,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: { electronDist: makeStandIn(), directories: { output } },
  })
  return join(output, readdirSync(output).find((name) => name.endsWith('unpacked')) ?? 'nothing')
}

/** As much of Electron's distribution as the packer touches. */
function makeStandIn(): string {
  const dir = join(tempDir, 'electron')
  const { version } = readManifest(fileURLToPath(import.meta.resolve('electron/package.json')))
  const files: Record<string, string | Buffer> = {
    electron: Buffer.concat([
      Buffer.from(`#!/bin/sh\n# ${FUSE_SENTINEL}`, 'latin1'),
      Buffer.from([1, FUSES_AS_SHIPPED.length]),
      Buffer.from(`${FUSES_AS_SHIPPED}\n`, 'latin1'),
    ]),
    version,
    LICENSE: 'stand-in',
    'LICENSES.chromium.html': 'stand-in',
    'icudtl.dat': '',
    'locales/en-US.pak': '',
    'locales/de.pak': '',
    'locales/fr.pak': '',
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), content)
  }
  chmodSync(join(dir, 'electron'), 0o755)
  return dir
}

async function checkFuses(appDir: string): Promise<void> {
  const wire = await getCurrentFuseWire(join(appDir, 'femtoqueue-inspector'))
  for (const [fuse, expected] of EXPECTED_FUSES) {
    const state = wire[fuse] ?? Number.NaN
    check(state === expected, `fuse ${FuseV1Options[fuse]} is ${state}, not ${expected}`)
  }
  const known = Object.keys(wire).filter((key) => /^\d+$/.test(key)).length
  check(known === EXPECTED_FUSES.length, `${known} fuses, of which ${EXPECTED_FUSES.length} are decided on`)
}

function checkAround(appDir: string): void {
  const locales = readdirSync(join(appDir, 'locales'))
  check(locales.join() === 'en-US.pak', `languages: ${locales.join()}`)
  const resources = readdirSync(join(appDir, 'resources')).toSorted()
  check(
    resources.join() === EXPECTED_RESOURCES.toSorted().join(),
    `beside the archive lies ${resources.join()}`,
  )
  for (const name of ['LICENSE.electron.txt', 'LICENSES.chromium.html'])
    check(existsSync(join(appDir, name)), `${name} is missing`)
  const licences = readFileSync(join(appDir, 'resources/LICENSES.txt'), 'utf8')
  for (const name of ['react-dom', '@orpc/server', 'chokidar', '@mantine/core'])
    check(licences.includes(`\n${name} `), `the licence of ${name} is missing`)
}

function checkArchive(archive: string): void {
  const entries = listPackage(archive, { isPack: false }).map((entry) => entry.replaceAll('\\', '/'))
  const dirs = new Set(entries.map((entry) => dirname(entry)))
  const files = entries.filter((entry) => !dirs.has(entry))
  for (const file of files) check(ALLOWED_FILES.test(file), `${file} must not be in the archive`)
  for (const file of REQUIRED_FILES) check(files.includes(file), `${file} is missing in the archive`)
  const bytes = readFileSync(archive).length
  check(bytes < MAX_ARCHIVE_BYTES, `the archive has ${bytes} bytes`)
}

/** Nothing that is run, and no place where modules are looked for. */
function checkManifest(unpacked: string): void {
  const manifest = readManifest(join(unpacked, 'package.json'))
  check(manifest.main === 'dist/main/main.js', `main is ${manifest.main}`)
  for (const key of ['scripts', 'devDependencies', 'dependencies'] as const)
    check(Object.keys(manifest[key] ?? {}).length === 0, `package.json names ${key}`)
}

function readManifest(file: string): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** Main up to its first window, and preload up to its bridge, with the stub of the tests in place of Electron. */
function checkLoading(unpacked: string): void {
  // Far from our node_modules, as in the packed app: whatever is not bundled is not found.
  const elsewhere = join(tempDir, 'loading')
  cpSync(unpacked, elsewhere, { recursive: true })
  const script = join(import.meta.dirname, 'pack-load.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, elsewhere], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  check(status === 0, `main or preload does not load:\n${stdout}${stderr}`)
}
