import { describe, expect, test } from 'vitest'
import { type Body, bodyOf, emptyBody } from '../message/body.ts'
import { readPaced } from './read-paced.ts'
import { readParts } from './read-parts.ts'
import { newBoundary, writeParts } from './write-parts.ts'

const boundary = newBoundary('xtop')

function part(text: string, ...headers: [string, string][]) {
  return { headers, body: bodyOf(Buffer.from(text)) }
}

/** Hands out bytes in pieces of that length. */
function inPieces(bytes: Buffer, length: number): () => Promise<Buffer | undefined> {
  let at = 0
  return async () => {
    const piece = bytes.subarray(at, at + length)
    at += length
    return piece.length === 0 ? undefined : piece
  }
}

async function readAll(read: () => Promise<Buffer | undefined>, of = boundary) {
  const found: { headers: unknown; text: string }[] = []
  const stream = readParts(read, of)
  for (let next = await stream.next(); next !== undefined; next = await stream.next()) {
    const pieces: Buffer[] = []
    for (let bytes = await next.read(); bytes !== undefined; bytes = await next.read()) pieces.push(bytes)
    found.push({ headers: next.headers, text: Buffer.concat(pieces).toString() })
  }
  return found
}

function garbage(text: string) {
  return readAll(inPieces(Buffer.from(text), 7), 'b')
}

describe('parts', () => {
  const inner = newBoundary('xatt')
  const nested = writeParts([part('one'), part('')], inner, emptyBody)
  const written = writeParts(
    [
      part('', ['content-type', 'text/xml']),
      part(`\r\n--${boundary.slice(0, -1)}\r\nå\r\n--`, ['a', ''], ['b', ' c: d ']),
      { headers: [], body: nested },
    ],
    boundary,
    emptyBody,
  )

  test.each([1, 2, 33, 34, 35, 36, 10_000])('come as they were written, in pieces of %i bytes', async (length) => {
    const found = await readAll(inPieces(await written.read(), length))
    expect(found).toEqual([
      { headers: [['content-type', 'text/xml']], text: '' },
      {
        headers: [
          ['a', ''],
          ['b', ' c: d '],
        ],
        text: `\r\n--${boundary.slice(0, -1)}\r\nå\r\n--`,
      },
      { headers: [], text: (await nested.read()).toString() },
    ])
  })

  test('stand within a part', async () => {
    const stream = readParts(inPieces(await written.read(), 5), boundary)
    for (const _ of [1, 2]) await stream.next()
    const outer = await stream.next()
    expect(await readAll(() => outer?.read() ?? expect.unreachable(), inner)).toEqual([
      { headers: [], text: 'one' },
      { headers: [], text: '' },
    ])
    expect(await stream.next()).toBeUndefined()
  })

  test('are skipped where nobody reads them', async () => {
    const stream = readParts(inPieces(await written.read(), 50), boundary)
    const first = await stream.next()
    const second = await stream.next()
    expect(await first?.read()).toBeUndefined()
    expect(second?.headers[1]).toEqual(['b', ' c: d '])
  })
})

describe('what is no message is refused', () => {
  test.each([
    ['garbage', 'GET / HTTP/1.1\r\n\r\nand so on and on', 'begins with no boundary'],
    ['nothing', '', 'ends before its last boundary'],
    ['half a boundary', '--', 'ends before its last boundary'],
    ['half a part', '--b\r\na: b\r\n\r\ncontent', 'ends before its last boundary'],
    ['a field without a name', '--b\r\n: b\r\n\r\n\r\n--b--', 'without a name'],
    ['a boundary that goes on', '--bc\r\n\r\n\r\n--b--', 'followed by something else'],
  ])('%s', async (_, text, reason) => {
    await expect(garbage(text)).rejects.toThrow(reason)
  })

  test('a header without end, with little of it in memory', async () => {
    let asked = 0
    const endless = async () => Buffer.alloc(1000, asked++ === 0 ? '--b\r\na:' : 'x')
    await expect(readAll(endless, 'b')).rejects.toThrow('header of a part is too long')
    expect(asked).toBeLessThan(80)
  })

  test('many parts with long headers', async () => {
    const many = async () => Buffer.from(`--b\r\na:${'x'.repeat(60_000)}\r\n\r\n\r\n`)
    await expect(readAll(many, 'b')).rejects.toThrow('headers of the parts are too long')
  })

  test('parts without end', async () => {
    const endless = async () => Buffer.from('--b\r\n\r\n\r\n')
    await expect(readAll(endless, 'b')).rejects.toThrow('more than 10000 parts')
  })

  test('a byte a second, and a message without end', async () => {
    const clock = { seconds: 0 }
    const drip = async (bytes: number) => {
      clock.seconds += 1
      return { length: bytes } as Buffer
    }
    const read = readPaced(
      () => drip(1),
      () => clock.seconds * 1000,
    )
    const readOn = async (one: () => Promise<Buffer | undefined>) => {
      while ((await one()) !== undefined);
    }
    await expect(readOn(read)).rejects.toThrow('too slowly')
    expect(clock.seconds).toBe(61)
    await expect(readOn(readPaced(() => drip(1_000_000_000)))).rejects.toThrow('more than 4294967296 bytes')
  })
})

test('a large body is no part of what is held', async () => {
  const block = Buffer.alloc(1024 * 1024, 'x')
  const large: Body = {
    ...emptyBody,
    length: 300 * block.length,
    bytes: undefined,
    async *chunks() {
      for (let n = 0; n < 300; n += 1) yield block
    },
  }
  const chunks = writeParts([{ headers: [], body: large }], 'b', emptyBody)
    .chunks()
    [Symbol.asyncIterator]()
  const stream = readParts(async () => (await chunks.next()).value as Buffer | undefined, 'b')
  const only = await stream.next()
  let length = 0
  for (let bytes = await only?.read(); bytes !== undefined; bytes = await only?.read()) length += bytes.length
  expect(length).toBe(large.length)
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(200 * block.length)
})
