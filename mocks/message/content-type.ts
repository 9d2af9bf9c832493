import type { Quirks } from '../../fixtures/version-profile.ts'
import { fault } from '../fault/fault.ts'
import { readNamedValue, splitParameters, TokenError } from './header-tokens.ts'

export type MediaTypeReading = Quirks['mediaTypeReading']

/** A Content-Type value taken apart the way a security server does it: each part by another library. */
export interface ContentType {
  readonly value: string
  /** As sent, letter case kept: it is quoted in faults. */
  readonly mediaType: string
  readonly boundary: string | undefined
  readonly reading: MediaTypeReading
}

/**
 * Undefined for a value without a media type: empty, blank, or nothing before the first semicolon. Throws a FaultError
 * for an element with a charset that nobody knows.
 */
export function parseContentType(value: string | undefined, reading: MediaTypeReading): ContentType | undefined {
  if (value === undefined) return undefined
  const mediaType = reading === 'elements' ? firstElement(value) : (value.split(';', 1)[0] ?? '').trim()
  return mediaType === '' ? undefined : { value, mediaType, boundary: boundaryOf(value), reading }
}

/** The charset of a SOAP message, UTF-8 if its type names none. Throws a FaultError for one that nobody knows. */
export function soapCharset({ value }: ContentType): string {
  const charset = charsetOf(value)
  if (charset === null) throw fault('internal', { text: 'null' })
  if (charset === undefined || charset.trim() === '') return 'utf-8'
  if (!isKnownCharset(charset)) throw fault('io', { text: charset })
  return charset
}

/** The name of the first element; empty if it has none. */
function firstElement(field: string): string {
  const { name, end } = readNamedValue(field, 0, ';,')
  let charset: string | undefined
  for (let at = end; field[at] === ';' && charset === undefined; ) {
    const parameter = readNamedValue(field, at + 1, ';,')
    if (parameter.name.toLowerCase() === 'charset') charset = parameter.value ?? ''
    at = parameter.end
  }
  if (name !== '' && charset !== undefined && charset.trim() !== '' && !isKnownCharset(charset)) {
    throw fault('charsetUnknown', { charset }, 'clientProxy')
  }
  return name
}

/** Null for a charset without a value. */
function charsetOf(field: string): string | null | undefined {
  try {
    const found = splitParameters(field).findLast(({ name }) => name.trim().toLowerCase() === 'charset')
    return found === undefined ? undefined : (found.value ?? null)
  } catch (error) {
    throw error instanceof TokenError ? fault('internal', { text: error.message }) : error
  }
}

/** The last boundary counts; one without `=` is none. */
function boundaryOf(field: string): string | undefined {
  let boundary: string | undefined
  for (let at = field.indexOf(';'); at >= 0 && at < field.length; ) {
    const { name, value, end } = readNamedValue(field, at + 1, ';', true)
    if (name.toLowerCase() === 'boundary') boundary = value
    at = end
  }
  return boundary
}

/** Whether Java knows a charset of that name; it trims no name. */
export function isKnownCharset(name: string): boolean {
  if (/^(utf8|us-ascii|latin1)$/i.test(name)) return true
  if (name.trim() !== name) return false
  try {
    new TextDecoder(name)
    return true
  } catch {
    return false
  }
}
