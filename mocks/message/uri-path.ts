import { fault } from '../fault/fault.ts'

/**
 * Percent-decodes a path, or one segment of it unless `separators` are allowed; refuses bad escapes and characters that
 * RFC 3986 does not allow. Within a path the escape of the hyphen stays, as in the reference.
 */
export function decodeUriPath(path: string, separators = false): string {
  const safe = separators ? /[A-Za-z0-9._~!$&'()*+,;=:@/-]/ : /[A-Za-z0-9._~!$&'()*+,;=:@-]/
  const bytes: number[] = []
  for (let at = 0; at < path.length; at += 1) {
    const character = path[at] as string
    if (character === '%') {
      const digits = path.slice(at + 1, at + 3)
      if (digits.length < 2) throw fault('percentEncodingIncomplete')
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) throw fault('percentEncodingInvalid')
      if (separators && /^2d$/i.test(digits)) bytes.push(...Buffer.from('%2D'))
      else bytes.push(Number.parseInt(digits, 16))
      at += 2
    } else if (safe.test(character)) {
      bytes.push(character.charCodeAt(0))
    } else {
      throw fault('pathCharacterInvalid')
    }
  }
  return Buffer.from(bytes).toString('utf8')
}
