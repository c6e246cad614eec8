/**
 * Makes text from tasks safe to look at. Characters that act on the text around them instead of being seen (C0 and C1
 * controls, bidi marks, zero-width and line separators, lone surrogates) are shown as what they are, so that an id cannot
 * pretend to be another one ("Trojan Source", CVE-2021-42574).
 */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** One line: every hidden character becomes a visible sign, line breaks and tabs too. */
export function toVisibleLine(text: string): string {
  return text.replace(HIDDEN, toSign)
}

/** Several lines: as `toVisibleLine`, but line breaks and tabs stay. */
export function toVisibleText(text: string): string {
  return text.replace(HIDDEN, (char) => (char === '\n' || char === '\t' ? char : toSign(char)))
}

function toSign(char: string): string {
  const code = char.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `\u27e8${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`
}
