/**
 * `npm run icons`: renders renderer/theme/icon.svg in every size that the platforms want, with Chromium, into build/, where
 * electron-builder looks for them. To be run whenever the SVG changes; its results are committed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import type { Page } from 'playwright'
import { REPO_DIR } from './built-app.ts'
import { findChromiumOrNull } from './chromium.ts'

const SOURCE = join(REPO_DIR, 'renderer/theme/icon.svg')
const BUILD_DIR = join(REPO_DIR, 'build')
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512] as const
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256] as const
/** Of Apple's icon container: its name for each size; those at the end are the sharp halves of others. */
const ICNS_TYPES = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
] as const
/** macOS' icons leave room around them: 824 of 1024. */
const MAC_SHARE = 824 / 1024

const executablePath = findChromiumOrNull()
const browser = await chromium.launch(executablePath === null ? {} : { executablePath })
try {
  const page = await browser.newPage()
  const svg = readFileSync(SOURCE, 'utf8')
  rmSync(join(BUILD_DIR, 'icons'), { recursive: true, force: true })
  mkdirSync(join(BUILD_DIR, 'icons'), { recursive: true })
  for (const size of LINUX_SIZES) {
    writeFileSync(join(BUILD_DIR, 'icons', `${size}x${size}.png`), await render(page, svg, size, 1))
  }
  writeFileSync(join(BUILD_DIR, 'icon.ico'), await toIco(page, svg))
  writeFileSync(join(BUILD_DIR, 'icon.icns'), await toIcns(page, svg))
} finally {
  await browser.close()
}

/** @param share Of the picture's width that the icon takes; the rest is left clear around it. */
async function render(page: Page, svg: string, size: number, share: number): Promise<Buffer> {
  const inner = size * share
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>html,body{margin:0;background:transparent}svg{position:absolute;inset:0;margin:auto;width:${inner}px;height:${inner}px}</style>${svg}`,
  )
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } })
}

/** Windows' icon: a directory of PNG pictures. */
async function toIco(page: Page, svg: string): Promise<Buffer> {
  const head = Buffer.alloc(6 + 16 * ICO_SIZES.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(ICO_SIZES.length, 4)
  const pictures: Buffer[] = []
  let offset = head.length
  for (const [at, size] of ICO_SIZES.entries()) {
    const picture = await render(page, svg, size, 1)
    const entry = 6 + 16 * at
    // 0 stands for 256.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(picture.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    pictures.push(picture)
    offset += picture.length
  }
  return Buffer.concat([head, ...pictures])
}

/** macOS' icon: chunks of PNG pictures, each behind its type and length. */
async function toIcns(page: Page, svg: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (const [type, size] of ICNS_TYPES) chunks.push(toChunk(type, await render(page, svg, size, MAC_SHARE)))
  return toChunk('icns', Buffer.concat(chunks))
}

function toChunk(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(head.length + content.length, 4)
  return Buffer.concat([head, content])
}
