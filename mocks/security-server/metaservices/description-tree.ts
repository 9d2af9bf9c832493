/** A JSON or YAML document whose members keep their order and whose numbers keep their form. */
export type DescriptionTree =
  | { readonly kind: 'object'; readonly members: Map<string, DescriptionTree> }
  | { readonly kind: 'array'; readonly items: readonly DescriptionTree[] }
  | { readonly kind: 'string'; readonly value: string }
  /** A number, a truth value or null, as it is written out. */
  | { readonly kind: 'literal'; readonly text: string }

/** A number as Java writes it: whole numbers in full, others as a double. */
export function numberTree(text: string): DescriptionTree {
  return { kind: 'literal', text: /^[+-]?\d+$/.test(text) ? wholeNumber(text) : javaDouble(Number(text)) }
}

function wholeNumber(text: string): string {
  return String(text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace('+', '')))
}

/** Java's notation: a fraction always, an exponent below 0.001 and from ten million on. */
function javaDouble(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return withFraction(Object.is(value, -0) ? '-0' : String(value))
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${withFraction(mantissa)}E${Number(exponent)}`
}

function withFraction(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`
}
