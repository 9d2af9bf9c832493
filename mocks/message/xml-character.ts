import { BASE_CHAR, COMBINING_CHAR, DIGIT, EXTENDER, IDEOGRAPHIC } from 'xmlchars/xml/1.0/ed4.js'

// The characters of XML 1.0 in its fourth edition, whose names have fewer letters than the fifth's: the reference keeps to it.

const nameStart = new RegExp(`^[${BASE_CHAR}${IDEOGRAPHIC}_:]$`)
const nameRest = new RegExp(`^[${BASE_CHAR}${IDEOGRAPHIC}${DIGIT}${COMBINING_CHAR}${EXTENDER}._:-]$`)

const start = 1
const rest = 2

/** What an ASCII character may be in a name. */
const ascii = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  return (nameStart.test(character) ? start : 0) | (nameRest.test(character) ? rest : 0)
})

/** Whether a name may begin with the character; a colon may, outside of namespaces. */
export function isNameStart(code: number): boolean {
  return code < 128 ? ((ascii[code] ?? 0) & start) !== 0 : nameStart.test(String.fromCharCode(code))
}

export function isNameCharacter(code: number): boolean {
  return code < 128 ? ((ascii[code] ?? 0) & rest) !== 0 : nameRest.test(String.fromCharCode(code))
}

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Whether XML has no such character. A surrogate is none by itself. */
export function isInvalid(code: number): boolean {
  return (code < 0x20 && !isSpace(code)) || (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff
}

export function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00
}

export function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000
}
