/** Payloads as images, and saved as they are, by download and through the File System Access API, on a real queue through the built server. */
import { createHash } from 'node:crypto'
import { ftruncateSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { makeEmptyQueue, writeTask } from '../helpers/queue-dirs.ts'
import { makeRandom } from '../helpers/random.ts'
import { expect, test } from './fixtures.ts'
import { pane, rows, showState, tray } from './parts.ts'

const NAME = `1795418000000001_${'ab'.repeat(16)}`
const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const MIB = 1024 * 1024

/** Bytes that do not compress, the same in each run. */
function makeNoise(length: number): Buffer {
  const random = makeRandom(length)
  return Buffer.from(Uint8Array.from({ length }, () => Math.floor(random() * 256)))
}

/** A PNG of noise: as large as its pixels. */
function makePng(width: number, height: number): Buffer {
  const noise = makeNoise(width * height * 3)
  const lines = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.from([0]), noise.subarray(y * width * 3, (y + 1) * width * 3)]),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const pixels = deflateSync(Buffer.concat(lines))
  return Buffer.concat([
    PNG_MAGIC,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

async function openPayload(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await showState(page, 'Failed')
  await rows(page).first().click()
  await expect(pane(page).getByRole('heading', { name: 'Payload' })).toBeVisible()
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

for (const [kind, payload] of [
  ['text', Buffer.from('{"order": 7, "name": "Zoë"}\n')],
  ['binary of many pieces', makeNoise(200_003)],
] as const) {
  test(`a payload is saved as it lies in its file: ${kind}`, async ({ page, tempDir, serve }) => {
    // The dialog of the File System Access API cannot be driven; browsers without it download.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
    const dir = makeEmptyQueue(tempDir)
    writeTask(dir, 'failed', NAME, payload)
    await openPayload(page, await serve(dir))
    const downloading = page.waitForEvent('download')
    await pane(page).getByRole('button', { name: 'Save the payload…' }).click()
    const download = await downloading
    const target = path.join(tempDir, 'saved')
    await download.saveAs(target)
    expect(sha256(readFileSync(target))).toBe(
      sha256(readFileSync(path.join(dir, 'failed', NAME)).subarray(24)),
    )
    expect(download.suggestedFilename()).toBe(`${NAME}.bin`)
  })
}

/** What a page wrote through the stub of the picker. */
interface Written {
  readonly base64: string
  readonly end: 'open' | 'closed' | 'aborted'
}

/** Puts an in-memory file in the place of the one that a person would choose. */
async function stubPicker(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const saved = { names: [] as string[], bytes: [] as number[], end: 'open' }
    const picker = async ({ suggestedName }: { suggestedName: string }) => {
      if (saved.names.push(suggestedName) === 1) throw new DOMException('Not now', 'AbortError')
      return {
        name: suggestedName,
        createWritable: async () => ({
          write: async (chunk: Uint8Array) => {
            for (const byte of chunk) saved.bytes.push(byte)
          },
          close: async () => {
            saved.end = 'closed'
          },
          abort: async () => {
            saved.end = 'aborted'
          },
        }),
      }
    }
    Object.assign(window, { showSaveFilePicker: picker, savedHere: saved })
  })
}

async function readWritten(page: Page): Promise<Written> {
  return page.evaluate(() => {
    const { bytes, end } = (window as unknown as { savedHere: { bytes: number[]; end: Written['end'] } })
      .savedHere
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return { base64: btoa(text), end }
  })
}

test('a payload is written to the file that the person chose, and nothing is where they chose none', async ({
  page,
  tempDir,
  serve,
}) => {
  await stubPicker(page)
  const payload = makeNoise(150_001)
  const dir = makeEmptyQueue(tempDir)
  writeTask(dir, 'failed', NAME, payload)
  await openPayload(page, await serve(dir))
  const save = pane(page).getByRole('button', { name: 'Save the payload…' })
  await save.click()
  await expect(tray(page)).toHaveCount(0)
  await save.click()
  await expect(tray(page)).toContainText(`${NAME}.bin`)
  await expect.poll(async () => (await readWritten(page)).end).toBe('closed')
  const { base64 } = await readWritten(page)
  expect(sha256(Buffer.from(base64, 'base64'))).toBe(sha256(payload))
})

test('an export is written to the file that the person chose', async ({ page, tempDir, serve }) => {
  await stubPicker(page)
  const dir = makeEmptyQueue(tempDir)
  for (let n = 0; n < 3; n++) writeTask(dir, 'failed', `179541800000000${n}_${'cd'.repeat(16)}`, `order ${n}`)
  await page.goto(await serve(dir))
  await showState(page, 'Failed')
  await expect(rows(page)).toHaveCount(3)
  for (let times = 0; times < 2; times++) {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: 'Export as JSON Lines…' }).click()
  }
  await expect.poll(async () => (await readWritten(page)).end).toBe('closed')
  const lines = Buffer.from((await readWritten(page)).base64, 'base64')
    .toString()
    .trimEnd()
    .split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { payload: unknown }).payload)).toEqual([
    'order 0',
    'order 1',
    'order 2',
  ])
})

test('an image is drawn: a small one at once, a large one when it was asked for', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  writeTask(dir, 'failed', NAME, makePng(20, 10))
  const large = `1795418000000002_${'ab'.repeat(16)}`
  const png = makePng(1_200, 700)
  expect(png.length).toBeGreaterThan(2 * MIB)
  writeTask(dir, 'failed', large, png)
  await openPayload(page, await serve(dir))
  const image = pane(page).getByRole('img', { name: 'The payload as image/png' })
  const width = (): Promise<number> => image.evaluate((element: HTMLImageElement) => element.naturalWidth)
  await expect(image).toHaveCount(0)
  await pane(page).getByRole('button', { name: 'Load the image' }).click()
  await expect(image).toBeVisible()
  await expect.poll(width).toBe(1_200)
  await rows(page).nth(1).click()
  await expect(image).toBeVisible()
  await expect.poll(width).toBe(20)
})

test('an image on its way can be cancelled, and one over the limit is not begun', async ({
  page,
  tempDir,
  serve,
}) => {
  const dir = makeEmptyQueue(tempDir)
  for (const [at, mib] of [15, 17].entries()) {
    const fd = openSync(path.join(dir, 'failed', `179541800000000${at}_${'ab'.repeat(16)}`), 'w')
    writeSync(fd, Buffer.concat([Buffer.from([1]), Buffer.alloc(23), PNG_MAGIC]))
    ftruncateSync(fd, 24 + mib * MIB)
    closeSync(fd)
  }
  // Answers that never come: it is on its way for as long as the test looks.
  await page.addInitScript(() => {
    let pieces = 0
    window.WebSocket = class extends WebSocket {
      override send(data: string | Blob | BufferSource): void {
        const isPiece = typeof data === 'string' && data.includes('/tasks/payload')
        if (!isPiece || ++pieces <= 40) super.send(data)
      }
    }
  })
  await openPayload(page, await serve(dir))
  await expect(pane(page)).toContainText('Images over 16 MiB are not drawn here: save it to look at it.')
  await expect(pane(page).getByRole('button', { name: 'Load the image' })).toHaveCount(0)
  await expect(pane(page).getByRole('button', { name: 'Load more' })).toBeVisible()
  await rows(page).nth(1).click()
  await pane(page).getByRole('button', { name: 'Load the image' }).click()
  await expect(pane(page).getByRole('progressbar', { name: 'Loading the image' })).toBeVisible()
  await expect(pane(page)).toContainText('of 15 MiB')
  await pane(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(pane(page).getByRole('progressbar')).toHaveCount(0)
  await expect(pane(page)).toContainText(/The first 2\.\d MiB of 15 MiB/)
  await expect(pane(page).getByRole('button', { name: 'Load the image' })).toBeEnabled()
})
