import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Body, bodyOf, collectBody, joinBodies, sliceBody } from './body.ts'
import { formatMultipart, parseMultipart } from './multipart.ts'

describe('parseMultipart', () => {
  test('drops preamble and epilogue, and leaves the line break before a boundary out of the part', async () => {
    expect(await split('before\r\n--b\r\nA: 1\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nafter')).toEqual([
      { headers: [['A', '1']], text: 'one' },
      { headers: [], text: 'two' },
    ])
  })

  test('forgives a missing last boundary and bare line feeds', async () => {
    expect(await split('--b\nA: 1\n\none\n--b\n\ntwo')).toEqual([
      { headers: [['A', '1']], text: 'one' },
      { headers: [], text: 'two' },
    ])
  })

  test('a boundary counts at the beginning of a line, with white space or a dash behind it, whatever follows', async () => {
    expect(await split('--b\r\n\r\nx--b\r\n--bc\r\n--b d\r\n\r\ny\r\n--b-e\r\n\r\nz\r\n--b--f\r\n\r\n')).toEqual([
      { headers: [], text: 'x--b\r\n--bc' },
      { headers: [], text: 'y' },
      { headers: [], text: 'z' },
    ])
  })

  test.for([['(no) A : b', 'A', 'b'], ['A:  b ', 'A', ' b '], ['A: b\r\n c', 'A', 'b c'], ['A B: c'], ['Ä: b'], ['A']])(
    '%j is read as the reference does',
    async ([field, ...header]) => {
      const [part] = await split(`--b\r\n${field}\r\n\r\nx\r\n--b--`)
      expect(part?.headers).toEqual(header.length === 0 ? [] : [header])
    },
  )

  test.for([
    [
      `A: ${'x'.repeat(1000)}`,
      'org.apache.james.mime4j.io.MaxLineLimitException: Maximum line length limit (1000) exceeded',
    ],
    [`A: x${`\r\n ${'x'.repeat(900)}`.repeat(12)}`, 'Maximum header length limit (10000) exceeded'],
    ['A: x\r\n'.repeat(1001), 'Maximum header limit (1000) exceeded'],
  ] as const)('%#: a header that is too long is refused', async ([header, message]) => {
    await expect(split(`--b\r\n${header}\r\n\r\nx\r\n--b--`)).rejects.toMatchObject({ message })
  })

  test('parts of a multipart within it take its place', async () => {
    const inner = 'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c\r\n\r\ntwo\r\n--c--'
    expect(await split(`--b\r\n${inner}\r\n--b\r\n\r\nthree\r\n--b--`)).toMatchObject([
      { text: 'one' },
      { text: 'two' },
      { text: 'three' },
    ])
  })

  test('has no part where the boundary never comes', async () => {
    expect(await split('nothing of the kind')).toEqual([])
    expect(await split('')).toEqual([])
  })

  test('a message of nothing but boundaries is refused', async () => {
    await expect(split('--b\r\n\r\n'.repeat(20_000))).rejects.toMatchObject({ situation: 'mimeBroken' })
  })

  test('finds the same parts however the bytes arrive', async () => {
    const piece = fc.constantFrom('--b', '--b--', '\r\n', '\n', '\r', '-', 'x', ' ', 'A: 1', 'é', '--bb')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1')
        expect(await parts(inChunks(bytes, size))).toEqual(await parts(bodyOf(bytes)))
      }),
      { numRuns: 2000 },
    )
  })

  test('a boundary that runs over many chunks is found far into a body', async () => {
    const far = Buffer.concat([
      Buffer.from('--b\r\n\r\n'),
      Buffer.alloc(200_000, '-'),
      Buffer.from('\r\n--b\r\n\r\nend\r\n--b--'),
    ])
    const found = await parts(inChunks(far, 1009))
    expect(found.map(({ text }) => text.length)).toEqual([200_000, 3])
  })
})

test('formatMultipart writes what parseMultipart reads, from a file as from memory', async () => {
  const large = Buffer.alloc(3 * 1024 * 1024, 'attachment ')
  const sent = Buffer.concat([
    Buffer.from('--b\r\ncontent-type:text/xml\r\n\r\n<a/>\r\n--b\r\ncontent-type:image/png\r\nContent-ID: <1>\r\n\r\n'),
    large,
    Buffer.from('\r\n--b--\r\n'),
  ])
  const chunks = [sent.subarray(0, 2_000_000), sent.subarray(2_000_000)]
  await using received = disposable(await collectBody(async () => chunks.shift()))
  expect(received.body.bytes, 'a body of this size is in a file').toBeUndefined()
  const written = formatMultipart(await parseMultipart(received.body, 'b'), 'b', received.body)
  expect(written.length).toBe(sent.length)
  expect((await written.read()).equals(sent)).toBe(true)
})

test('a stretch of joined bodies is that of their bytes', async () => {
  const bytes = Buffer.from('0123456789')
  const joined = joinBodies([inChunks(bytes.subarray(0, 4), 3), bodyOf(bytes.subarray(4))], bodyOf(bytes))
  for (let start = 0; start <= 10; start++) {
    for (let end = start; end <= 10; end++) {
      expect((await sliceBody(joined, start, end).read()).toString()).toBe('0123456789'.slice(start, end))
    }
  }
})

async function split(text: string) {
  return parts(bodyOf(Buffer.from(text, 'latin1')))
}

async function parts(body: Body) {
  const found = await parseMultipart(body, 'b')
  return Promise.all(
    found.map(async ({ headers, body }) => ({ headers, text: (await body.read()).toString('latin1') })),
  )
}

/** A body that is not in memory, and comes in pieces of that size. */
function inChunks(bytes: Buffer, size: number): Body {
  const whole = bodyOf(bytes)
  return {
    ...whole,
    bytes: undefined,
    async *chunks(start = 0, end = bytes.length) {
      for (let at = start; at < end; at += size) yield bytes.subarray(at, Math.min(at + size, end))
    },
  }
}

function disposable(body: Body) {
  return { body, [Symbol.asyncDispose]: () => body.discard() }
}
