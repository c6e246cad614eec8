export interface HexRow {
  readonly offset: string
  readonly hex: string
  readonly ascii: string
}

/** One line of a hex view: `00000010  de ad be ef …  ....`. @param base Offset of the first byte. */
export function toHexRow(bytes: Uint8Array, row: number, rowBytes: number, base = 0): HexRow {
  const from = row * rowBytes
  const part = bytes.subarray(from, from + rowBytes)
  const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0'))
  const halves = [pairs.slice(0, 8).join(' '), pairs.slice(8).join(' ')]
  return {
    offset: (base + from).toString(16).padStart(8, '0'),
    hex: halves.filter(Boolean).join('  '),
    ascii: Array.from(part, toPrintable).join(''),
  }
}

export function countHexRows(bytes: Uint8Array, rowBytes: number): number {
  return Math.ceil(bytes.length / rowBytes)
}

/** Bytes out of what a person typed: pairs of hex digits, with spaces, line breaks or `0x` between. Null: not so. */
export function parseHexOrNull(text: string): Uint8Array | null {
  const digits = text.replaceAll(/\b0x/gi, '').replaceAll(/[\s,]+/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return null
  const bytes = new Uint8Array(digits.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)
  return bytes
}

function toPrintable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
}
