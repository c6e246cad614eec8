/**
 * The built renderer as both hosts serve it: read once at start into memory, looked up by exact path. A request can
 * therefore never reach the disk, whatever its path says.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { NONCE_PLACEHOLDER } from './content-policy.ts'

const INDEX = 'index.html'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
}

export interface PageFile {
  readonly bytes: Buffer
  readonly contentType: string
}

/** Files by URL path: `/` and `/assets/...`. Anything absent from the map does not exist. */
export type PageFiles = ReadonlyMap<string, PageFile>

/**
 * Reads every file of the built renderer; source maps and unknown kinds stay out.
 * @throws the system's error where `dir` cannot be read, Error where it holds no page.
 */
export function readPageFiles(dir: string): PageFiles {
  const files = new Map<string, PageFile>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const contentType = CONTENT_TYPES[entry.name.slice(entry.name.lastIndexOf('.') + 1)]
    if (!entry.isFile() || contentType === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const name = relative(dir, path).split(sep).join('/')
    files.set(name === INDEX ? '/' : `/${name}`, { bytes: readFileSync(path), contentType })
  }
  if (!files.has('/')) throw new Error(`No ${INDEX} in ${dir}: run \`npm run build\``)
  return files
}

/** The file's bytes for one response: in a page the nonce stands where the build left its place. */
export function toResponseBody(file: PageFile, nonce: string): Buffer {
  if (!file.contentType.startsWith('text/html')) return file.bytes
  return Buffer.from(file.bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce), 'utf8')
}
