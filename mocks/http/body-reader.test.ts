import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BodyFraming } from './body-framing.ts'
import { bodyReader } from './body-reader.ts'
import { type ByteSource, byteSource, IdleError } from './byte-source.ts'

const chunked: BodyFraming = { kind: 'chunked', of: 'request' }

describe('a body of known length', () => {
  test('leaves what follows it on the connection', async () => {
    const source = ended('hello GET / HTTP/1.1')
    expect(await readAll(source, { kind: 'length', length: 5 })).toBe('hello')
    expect(source.take()?.toString()).toBe(' GET / HTTP/1.1')
  })

  test('that is cut short says how much of it came', async () => {
    await expect(readAll(ended('hel'), { kind: 'length', length: 5 })).rejects.toMatchObject({
      kind: 'cut-short',
      expected: 5,
      received: 3,
    })
  })
})

describe('a chunked body', () => {
  test('is read through extensions, bare line feeds and trailers, and leaves what follows it', async () => {
    const source = ended('3;name="a;b"\r\nabc\r\n02 \nde\n0\r\nX-Sum: 1\r\n\r\nnext')
    const reader = bodyReader(source, chunked, 1000)
    expect(await rest(reader)).toBe('abcde')
    expect(reader.trailers).toEqual([['X-Sum', '1']])
    expect(source.take()?.toString()).toBe('next')
  })

  test.for([
    ['a size that is no number', 'zz\r\nabc\r\n0\r\n\r\n', { kind: 'bad-chunk-size', found: 'zz' }],
    ['a negative size', '-1\r\n', { kind: 'bad-chunk-size', found: '-1' }],
    ['a size that never comes', '\r\n\r\n', { kind: 'last-chunk-missing' }],
    ['no size', '\r\n'.repeat(2000), { kind: 'bad-chunk-size', found: '' }],
    ['an enormous size', '1000000000000\r\n', { kind: 'bad-chunk-size', found: '1000000000000' }],
    ['an end within a chunk', '10\r\nab', { kind: 'chunk-cut-short', expected: 16, received: 2 }],
    ['an end between chunks', '3\r\nabc\r\n', { kind: 'last-chunk-missing' }],
    ['an end behind a chunk', '3\r\nabc', { kind: 'last-chunk-missing' }],
    ['an end within a size', '3', { kind: 'last-chunk-missing' }],
    ['more than was announced', '3\r\nabcxyz\r\n0\r\n\r\n', { kind: 'bad-chunk-size', found: 'xyz' }],
    ['trailers without end', `0\r\n${'X: y\r\n'.repeat(3000)}\r\n`, { kind: 'trailer-too-large' }],
  ] as const)('refuses %s', async ([, bytes, expected]) => {
    await expect(readAll(ended(bytes), chunked)).rejects.toMatchObject(expected)
  })

  test.for([
    ['3\r\nabc\r\n+2\r\nde\r\n0', 'abcde'],
    ['3\r\nabc\r\n0\r\nX: y', 'abc'],
  ])('of an answer may lack its very end, as %j does', async ([bytes, expected]) => {
    expect(await readAll(ended(bytes as string), { kind: 'chunked', of: 'answer' })).toBe(expected)
  })

  test('of a request may have blank lines in front of a size, and nothing at all', async () => {
    expect(await readAll(ended('\r\n3\r\nabc2\r\nde\r\n\r\n0\r\n\r\n'), chunked)).toBe('abcde')
  })

  test.for([
    ['3\r\nabc', { kind: 'chunk-end-missing' }],
    ['3\r\nabcdef\r\n', { kind: 'chunk-end-overrun' }],
    ['-2\r\n', { kind: 'negative-chunk-size' }],
    ['0\r\nno colon\r\n\r\n', { kind: 'bad-trailer', found: 'Invalid header: no colon' }],
    ['zz', { kind: 'bad-chunk-size', found: 'zz' }],
  ] as const)('of an answer is refused in the words of the client, as %j is', async ([bytes, expected]) => {
    await expect(readAll(ended(bytes), { kind: 'chunked', of: 'answer' })).rejects.toMatchObject(expected)
  })

  test('a chunk extension that does not end is given up', async () => {
    await expect(readAll(ended(`5;${'x'.repeat(100_000)}`, 1000), chunked)).rejects.toMatchObject({
      kind: 'trailer-too-large',
    })
  })

  test.for(['zz\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n', `0\r\n${'X: y\r\n'.repeat(3000)}\r\nGET / HTTP/1.1\r\n`])(
    'that failed is not read on, so that nothing behind it passes for a request',
    async (bytes) => {
      const reader = bodyReader(ended(bytes), chunked, 1000)
      await expect(rest(reader)).rejects.toThrow('not what its framing announced')
      expect(reader.done).toBe(false)
      await expect(reader.read()).rejects.toThrow('not what its framing announced')
    },
  )

  test('means the same however it is cut into packets and chunks', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 12 }), async (chunks, size) => {
        const framed = chunks.map((one) => `${one.length.toString(16)}\r\n${latin1(one)}\r\n`).join('')
        const source = ended(`${framed}0\r\n\r\nnext`, size)
        expect(await readAll(source, chunked)).toBe(chunks.map(latin1).join(''))
      }),
      { numRuns: 200 },
    )
  })
})

test('a stalled body is given up once, not waited for again', async () => {
  const reader = bodyReader(byteSource(new PassThrough()), { kind: 'length', length: 1 }, 5)
  const error = await reader.read().catch((one: unknown) => one)
  expect(error).toBeInstanceOf(IdleError)
  await expect(reader.read()).rejects.toBe(error)
})

async function readAll(source: ByteSource, framing: BodyFraming): Promise<string> {
  return rest(bodyReader(source, framing, 1000))
}

async function rest(reader: ReturnType<typeof bodyReader>): Promise<string> {
  const parts: Buffer[] = []
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) parts.push(chunk)
  return Buffer.concat(parts).toString('latin1')
}

/** A connection on which these bytes came, in packets of that size, and then its end. */
function ended(text: string, size = text.length || 1): ByteSource {
  const stream = new PassThrough()
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size))
  stream.end()
  return byteSource(stream)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
