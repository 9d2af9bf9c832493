import { describe, expect, test } from 'vitest'
import { ResponseError } from './header-lines.ts'
import { keepsAlive, parseResponseHead, responseFraming } from './response-head.ts'

describe('parseResponseHead', () => {
  test('forgives what the client of a security server forgives', () => {
    const bytes = latin1(
      '\r\ngarbage\nhttp/1.1 204\n  HTTP/1.1  200\r\nX Y: 1\r\n folded \r\nA:\xa0b\xa0\nB:\r\n\r\nbody',
    )
    expect(parseResponseHead(bytes)).toEqual({
      head: {
        status: 200,
        reason: '',
        version: '1.1',
        headers: [
          ['X Y', '1 folded'],
          ['A', '\xa0b\xa0'],
          ['B', ''],
        ],
      },
      length: bytes.length - 4,
    })
  })

  test('waits for the rest of a head, and makes do with what came when the connection has ended', () => {
    const bytes = latin1('HTTP/1.1 200 OK\r\nA: b')
    expect(parseResponseHead(bytes)).toBeUndefined()
    expect(parseResponseHead(bytes, true)).toMatchObject({ head: { status: 200, headers: [['A', 'b']] }, length: 21 })
  })

  test.for([
    'garbage\r\nmore of it',
    'HTTP/2 200\r\n',
    'HTTP/1.1 20\r\n',
    'HTTP/1.1 two\r\n',
    'HTTP/1.1 099 x\r\n',
    'HTTP/1.1 200 OK\r\nno colon\r\n',
    'HTTP/1.1 200 OK\r\n: no name\r\n',
    `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(1024 * 1024)}`,
  ])('refuses what is no answer, no. %#', (text) => {
    expect(() => parseResponseHead(latin1(text), true)).toThrow(ResponseError)
  })
})

test.for([
  ['GET', 200, 'Content-Length: 5', { kind: 'length', length: 5 }],
  ['GET', 200, 'Content-Length: 5\r\nContent-Length: x', { kind: 'length', length: 5 }],
  ['GET', 200, 'Content-Length: 5, 6', { kind: 'close' }],
  ['GET', 200, 'Content-Length: 5\r\nContent-Length: 6, 6', { kind: 'length', length: 5 }],
  ['GET', 200, 'Content-Length: -1', { kind: 'close' }],
  ['GET', 200, 'Transfer-Encoding: chunked\r\nContent-Length: 5', { kind: 'chunked', of: 'answer' }],
  ['GET', 200, 'Transfer-Encoding: gzip, Chunked', { kind: 'chunked', of: 'answer' }],
  ['GET', 200, 'Transfer-Encoding: chunked, gzip', { kind: 'close' }],
  ['GET', 200, 'A: b', { kind: 'close' }],
  ['HEAD', 200, 'Content-Length: 5', { kind: 'none' }],
  ['GET', 204, 'Content-Length: 5', { kind: 'none' }],
  ['GET', 304, 'Transfer-Encoding: chunked', { kind: 'none' }],
] as const)('the body of an answer to %s with status %i and %j', ([method, status, fields, framing]) => {
  expect(responseFraming(method, headWith(status, fields))).toEqual(framing)
})

test.for([
  ['HTTP/1.1', 'A: b', true],
  ['HTTP/1.1', 'Connection: x, Close', false],
  ['HTTP/1.0', 'A: b', false],
  ['HTTP/1.0', 'Connection: keep-alive', true],
] as const)('%s with %j keeps the connection: %s', ([version, fields, expected]) => {
  const head = headWith(200, fields, version)
  expect(keepsAlive(head, { kind: 'length', length: 1 })).toBe(expected)
  expect(keepsAlive(head, { kind: 'close' })).toBe(false)
})

function headWith(status: number, fields: string, version = 'HTTP/1.1') {
  const parsed = parseResponseHead(latin1(`${version} ${status} X\r\n${fields}\r\n\r\n`))
  if (parsed === undefined) throw new Error('the head of this test is incomplete')
  return parsed.head
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
