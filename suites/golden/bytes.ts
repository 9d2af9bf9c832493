import type { Bytes } from './golden-case.ts'

/** Values of placeholders: `host`, `provider.http` and so on, without `${}`. */
export type Placeholders = Readonly<Record<string, string>>

/** Puts values in for `${name}`; an unknown name stays as it is. */
export function fillPlaceholders(text: string, values: Placeholders): string {
  return text.replace(/\$\{([\w.]+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** The bytes that the notation stands for. */
export function toBuffer(bytes: Bytes, values: Placeholders = {}): Buffer {
  if (typeof bytes === 'string') return Buffer.from(fillPlaceholders(bytes, values))
  if (isList(bytes)) return Buffer.concat(bytes.map((part) => toBuffer(part, values)))
  if ('text' in bytes) return Buffer.from(fillPlaceholders(bytes.text, values))
  if ('latin1' in bytes) return Buffer.from(fillPlaceholders(bytes.latin1, values), 'latin1')
  if ('base64' in bytes) return Buffer.from(bytes.base64, 'base64')
  return Buffer.from(fillPlaceholders(bytes.repeat.text, values).repeat(bytes.repeat.times))
}

function isList(bytes: Bytes): bytes is readonly Bytes[] {
  return Array.isArray(bytes)
}

/** The text, if the bytes are UTF-8 without mistakes. */
export function asText(bytes: Buffer): string | undefined {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : undefined
}
