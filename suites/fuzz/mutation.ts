import fc from 'fast-check'

/** One change of some bytes. Offsets are reduced to the length of what they are used on. */
export type Mutation =
  | { readonly kind: 'insert' | 'replace'; readonly at: number; readonly piece: string }
  | { readonly kind: 'cut' | 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }

/** Pieces that mean something to one of the parsers, or to a parser that is taken in by them. */
const pieces = [
  ...['\r\n', '\n', '\r', '\r\n\r\n', ' ', '\t', '\0', '\x01', '\x7f', ':', ';', ',', '"', "'", '\\', '\xa0', '\xff'],
  ...['%', '%2F', '%25', '%00', '%zz', '%u0041', '%2e%2e', '%E4', '//', '/../', '..;', '?', '#', '*', '|', '{', '['],
  ...['<', '>', '&', '&x;', '&#0;', ']]>', '<!--', '<![CDATA[', '<?x ', '<!DOCTYPE a [', '<a>', '</a>', '\xef\xbb\xbf'],
  ...['0\r\n\r\n', 'ffffffffffff\r\n', '5;x=y\r\n', '-1', '99999999999999999999', '--b', '--b--', '\r\n--b\r\n'],
  ...['Content-Length: 3\r\n', 'Content-Length: 0\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: x\r\n'],
  ...['Host: \r\n', 'Connection: close\r\n', 'Expect: 100-continue\r\n', 'Expect: x\r\n', 'Content-Type:\r\n'],
  ...['Content-Type: text/xml; charset=utf-16\r\n', 'Content-Encoding: gzip\r\n', 'Content-Encoding: deflate\r\n'],
  ...['X-Road-Client: FI/GOV/1/Strict\r\n', 'X-Road-Client: FI/%/1\r\n', 'X-Road-Id: \r\n', 'SOAPAction: x\r\n'],
  ...['X-Road-Security-Server: FI/GOV/1/ss1\r\n', 'X-Road-Represented-Party: a/b/c\r\n', 'Accept: text/xml\r\n'],
  ...['Set-Cookie: a=b; Path=/\r\n', 'Set-Cookie: \xff=%; Domain=.\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ...[
    'GET ',
    'POST ',
    'HEAD ',
    'CONNECT ',
    'PRI * HTTP/2.0',
    'HTTP/1.0',
    'http://a:b/',
    '/r1/',
    '/r1/FI/GOV/1/Provider/',
  ],
]

const at = fc.nat()

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert', 'replace'), at, piece: fc.constantFrom(...pieces) }),
  fc.record({ kind: fc.constantFrom('insert', 'replace'), at, piece: fc.constantFrom(...pieces) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    piece: fc
      .tuple(fc.constantFrom(...pieces), fc.constantFrom(100, 2000, 10_000))
      .map(([one, count]) => one.repeat(count)),
  }),
  fc.record({ kind: fc.constantFrom('cut', 'repeat'), at, length: fc.nat({ max: 60 }) }),
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat({ max: 7 }) }),
)

export function mutate(bytes: Buffer, mutation: Mutation): Buffer {
  const at = mutation.at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (mutation.kind) {
    case 'insert':
      return Buffer.concat([before, Buffer.from(mutation.piece, 'latin1'), after])
    case 'replace':
      return Buffer.concat([before, Buffer.from(mutation.piece, 'latin1'), after.subarray(mutation.piece.length)])
    case 'cut':
      return Buffer.concat([before, after.subarray(mutation.length)])
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, mutation.length), after])
    case 'flip': {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at] = (flipped[at] as number) ^ (1 << mutation.bit)
      return flipped
    }
  }
}
