import type { RawHeader } from '../../fixtures/exchange.ts'

/** Values that the engine of a security server recognises, letter case aside, and spells in its own way. */
const wellKnown: readonly (readonly [name: string, value: string])[] = [
  ['Accept', '*/*'],
  ['Accept', 'image/png,image/*;q=0.8,*/*;q=0.5'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8'],
  ['Accept-Charset', 'ISO-8859-1,utf-8;q=0.7,*;q=0.3'],
  ['Accept-Encoding', 'gzip'],
  ['Accept-Encoding', 'gzip, deflate'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Accept-Language', 'en-US,en;q=0.5'],
  ['Accept-Language', 'en-GB,en-US;q=0.8,en;q=0.6'],
  ['Accept-Language', 'en-AU,en;q=0.9,it-IT;q=0.8,it;q=0.7,en-GB;q=0.6,en-US;q=0.5'],
  ['Pragma', 'no-cache'],
  ['Cache-Control', 'private, no-cache, no-cache=Set-Cookie, proxy-revalidate'],
  ['Cache-Control', 'no-cache'],
  ['Cache-Control', 'max-age=0'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'deflate'],
  ['Expires', 'Fri, 01 Jan 1990 00:00:00 GMT'],
  ...[
    'text/plain',
    'text/html',
    'text/xml',
    'text/json',
    'application/json',
    'application/x-www-form-urlencoded',
  ].flatMap((type) =>
    ['', ';charset=UTF-8', '; charset=UTF-8', ';charset=ISO-8859-1', '; charset=ISO-8859-1'].map(
      (charset) => ['Content-Type', type + charset] as const,
    ),
  ),
]

/** By lower-case name, the longest value first: the longest that a value begins with counts. */
const spellings = new Map<string, string[]>()
for (const [name, value] of [...wellKnown].sort((a, b) => b[1].length - a[1].length)) {
  const key = name.toLowerCase()
  spellings.set(key, [...(spellings.get(key) ?? []), value])
}

/** A header field in the engine's spelling, where it has one for the value or its beginning (REST-HDR-27). */
export function respell(header: RawHeader): RawHeader {
  const [name, value] = header
  const known = spellings.get(name.toLowerCase())
  if (known === undefined) return header
  const lower = value.toLowerCase()
  const spelling = known.find((one) => lower.startsWith(one.toLowerCase()))
  return spelling === undefined ? header : [name, spelling + value.slice(spelling.length)]
}
