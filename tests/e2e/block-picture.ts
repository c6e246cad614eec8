import type { Browser } from '@playwright/test'

/** Blocks of 32 x 32 px. */
const COLUMNS = 40
const ROWS = 25

/** The mean colour of each block of a picture, `rrggbb`, row by row. */
export type BlockPicture = readonly (readonly string[])[]

/**
 * A picture reduced to the mean colours of its blocks. What stands where, and in which colour, is kept; how a browser draws
 * the edge of a letter, and which digits an id has, is not.
 */
export async function toBlockPicture(browser: Browser, png: Buffer): Promise<BlockPicture> {
  const page = await browser.newPage()
  const pixels = await page.evaluate(
    async ({ source, columns, rows }) => {
      const image = new Image()
      image.src = source
      await image.decode()
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')
      if (context === null) throw new Error('No canvas')
      context.drawImage(image, 0, 0)
      const { data, width, height } = context.getImageData(0, 0, image.width, image.height)
      const sums = Array.from({ length: columns * rows }, () => [0, 0, 0, 0])
      for (let at = 0; at < data.length; at += 4) {
        const pixel = at / 4
        const column = Math.floor(((pixel % width) * columns) / width)
        const row = Math.floor((Math.floor(pixel / width) * rows) / height)
        const sum = sums[row * columns + column] ?? [0, 0, 0, 0]
        for (let channel = 0; channel < 3; channel++)
          sum[channel] = (sum[channel] ?? 0) + (data[at + channel] ?? 0)
        sum[3] = (sum[3] ?? 0) + 1
      }
      return sums.map(([red = 0, green = 0, blue = 0, count = 1]) => [
        red / count,
        green / count,
        blue / count,
      ])
    },
    { source: `data:image/png;base64,${png.toString('base64')}`, columns: COLUMNS, rows: ROWS },
  )
  await page.close()
  const blocks = pixels.map((channels) =>
    channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join(''),
  )
  return Array.from({ length: ROWS }, (_, row) => blocks.slice(row * COLUMNS, (row + 1) * COLUMNS))
}

/** The share of blocks, 0 to 1, of which a channel differs by more than `tolerance`, 0 to 255. */
export function differenceOf(a: BlockPicture, b: BlockPicture, tolerance: number): number {
  let differing = 0
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      if (distanceOf(a[row]?.[column], b[row]?.[column]) > tolerance) differing++
    }
  }
  return differing / (COLUMNS * ROWS)
}

function distanceOf(a = '', b = ''): number {
  const channelsOf = (hex: string): number[] =>
    [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const other = channelsOf(b)
  const distances = channelsOf(a).map((channel, at) => Math.abs(channel - (other[at] ?? 0)))
  const largest = Math.max(...distances)
  return Number.isNaN(largest) ? 255 : largest
}
