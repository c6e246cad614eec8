/** Numbers of JSON, exactly: as the decimals that they are written as, of any length and size. */

interface Decimal {
  readonly isNegative: boolean
  /** Without zeros at either end; empty: zero. */
  readonly digits: string
  /** The number is 0.<digits> times ten to the power of this. */
  readonly exponent: number
}

function toDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = whole + fraction
  const leading = /^0*/.exec(all)?.[0].length ?? 0
  const digits = all.slice(leading).replace(/0+$/, '')
  return {
    isNegative: sign === '-' && digits !== '',
    digits,
    exponent: whole.length - leading + Number(power),
  }
}

/** Below 0 where a is less than b, above where it is more; both as JSON writes numbers. */
export function compareDecimals(a: string, b: string): number {
  const left = toDecimal(a)
  const right = toDecimal(b)
  if (left.isNegative !== right.isNegative) return left.isNegative ? -1 : 1
  const size = compareSizes(left, right)
  return left.isNegative ? -size : size
}

function compareSizes(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1
  if (a.digits === b.digits) return 0
  // Fractions after "0.": plain string order is their order.
  return a.digits < b.digits ? -1 : 1
}
