import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EngineRefusal } from './engine-refusal.ts'
import { headLimit, parseRequestHead, type RequestHead } from './request-head.ts'

describe('parseRequestHead', () => {
  test('keeps every byte, and says where the head ends', () => {
    const bytes = latin1('\r\nget  /a?b#c HTTP/1.1\r\nX-Y:\t a b \t\r\nX-Y:\r\nN: Piet\xc3\xa0\nHost: h\r\n\r\nbody')
    expect(parseRequestHead(bytes)).toEqual({
      head: {
        method: 'get',
        target: '/a?b#c',
        version: '1.1',
        headers: [
          ['X-Y', 'a b'],
          ['X-Y', ''],
          // 0xA0 is the second byte of `à`, not a blank.
          ['N', 'Piet\xc3\xa0'],
          ['Host', 'h'],
        ],
      },
      length: bytes.length - 4,
    })
  })

  test.for([
    ['GET / HTTP/3.0', 505, 'Unsupported Version'],
    ['GET / HTTP/0.9', 505, 'Unsupported Version'],
    ['GET / HTTP/1.2', 505, 'Unknown Version'],
    ['GET /', 505, 'HTTP/0.9 not supported'],
    ['GET', 400, 'No URI'],
    ['GET ', 400, 'No URI'],
    ['GET \t/ HTTP/1.1', 400, 'No URI'],
    ['GET \xc3 HTTP/1.1', 400, 'No URI'],
    ['GET \x01/ HTTP/1.1', 400, 'Illegal character CNTL=0x1'],
    ['GET / ', 400, 'HTTP/0.9 not supported'],
    ['GET\t/ HTTP/1.1', 400, 'Illegal character HTAB=0x9'],
    ['G\x00T / HTTP/1.1', 400, 'Illegal character CNTL=0x0'],
    ['\xc3\xa4 / HTTP/1.1', 400, 'Illegal character OTEXT=0xc3'],
    [' GET / HTTP/1.1', 400, "Illegal character SPACE=' '"],
    ['\rGET / HTTP/1.1', 400, 'Bad EOL'],
    ['GET / HTTP/1.1 x', 400, "Illegal character SPACE=' '"],
    [`GET /${'a'.repeat(headLimit)} HTTP/1.1`, 414, 'URI Too Long'],
    [`GET /${'a'.repeat(20_000)}`, 414, 'URI Too Long'],
  ] as const)('refuses the line %j', ([line, status, reason]) => {
    expect(refusal(`${line}\r\nHost: h\r\n\r\n`)).toMatchObject({ status, message: reason, announcesClose: false })
  })

  test.for([
    ['Host', 400, 'Illegal character LF=\\n'],
    ['Ho st: h', 400, "Illegal character SPACE=' '"],
    [' folded', 400, 'Line Folding not supported'],
    [': h', 400, 'Line Folding not supported'],
    ['Hôst: h', 400, 'Illegal character OTEXT=0xf4'],
    ['Host: a\rb', 400, 'Bad EOL'],
    ['Host: a\x00b', 400, 'Illegal character CNTL=0x0'],
    ['Host: a\x7fb', 400, 'Illegal character CNTL=0x7f'],
    [`X: ${'y'.repeat(headLimit)}`, 431, 'Request Header Fields Too Large'],
    ['X: y\r\n'.repeat(headLimit / 4), 431, 'Request Header Fields Too Large'],
  ] as const)('refuses the field %j', ([line, status, reason]) => {
    expect(refusal(`GET /x HTTP/1.1\r\n${line}\r\n\r\n`)).toMatchObject({
      status,
      message: reason,
      uri: '/x',
      announcesClose: true,
    })
  })

  test.for([
    ['<?xml', "Illegal character VCHAR='?'"],
    ['GET / HTTP/1.1\r\nHost: h\r\n{', "Illegal character VCHAR='{'"],
    ['GET / HTTP/1.1\r\nHost: h\r\nA: \x01', 'Illegal character CNTL=0x1'],
    ['GET / HTTP/1.1\r\nHost: h\r\n ', 'Line Folding not supported'],
    ['GET / HTTP/1.1\r\nHost: h\r\n\rA', 'Bad EOL'],
  ])('refuses %j before its line has an end', ([text = '', reason]) => {
    expect(refusal(text)).toMatchObject({ status: 400, message: reason })
  })

  test.for([
    ['GET / HTTP/1.1\r\nA: b\r\nC: d\r\n', ['A']],
    ['GET / HTTP/1.1\r\nA: b\r\nC: d\r\ne', ['A', 'C']],
    ['GET / HTTP/1.1\r\nA: b\r\nC: d\r\ne\x00', ['A', 'C']],
    ['GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\x00', ['A']],
    ['GET / HTTP/1.1\r\nA: b\r\nC: d\r\n e: f\r\n\r\n', ['A']],
  ] as const)('shows what stands before the end of %j', ([text, names]) => {
    const shown: string[][] = []
    const screen = ({ headers }: RequestHead) => void shown.push(headers.map(([name]) => name))
    expect(refusal(text, screen)).not.toHaveProperty('head')
    expect(shown).toEqual([names])
  })

  test('blank lines before a request have their end', () => {
    expect(refusal('\r\n'.repeat(headLimit))).toMatchObject({ status: 431 })
  })

  test('understands a head the same in whatever pieces it comes', () => {
    const line = fc.constantFrom('GET /a HTTP/1.1', 'Host: h', 'A:b', 'Bad', ' x', 'C: \x01', '', '\r')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.constantFrom('\r\n', '\n'), (lines, end) => {
        const bytes = latin1(lines.map((one) => one + end).join(''))
        const whole = outcome(bytes)
        if (whole === undefined) return
        for (let cut = 0; cut <= bytes.length; cut += 1) {
          // The beginning decides nothing else than the whole does, though it may decide it earlier, and in other words.
          expect([undefined, whole]).toContain(outcome(bytes.subarray(0, cut)))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('any bytes are a head, the beginning of one, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['string', 'undefined']).toContain(typeof outcome(Buffer.from(bytes)))
      }),
    )
  })
})

/** The head as JSON, undefined for an incomplete one, or the status of the refusal. */
function outcome(bytes: Buffer): string | undefined {
  try {
    const parsed = parseRequestHead(bytes)
    return parsed && JSON.stringify(parsed)
  } catch (error) {
    if (error instanceof EngineRefusal) return `refused with ${error.status}`
    throw error
  }
}

function refusal(text: string, screen?: (beginning: RequestHead) => void): unknown {
  try {
    return parseRequestHead(latin1(text), screen) ?? {}
  } catch (error) {
    return error
  }
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
