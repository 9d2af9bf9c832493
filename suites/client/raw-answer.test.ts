import { expect, test } from 'vitest'
import { rawAnswerReader } from './raw-answer.ts'

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;x=1\r\n0123456789\r\n0\r\n\r\n'
const counted = 'HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno'

test('answers are the same however their bytes are cut', () => {
  const bytes = Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${chunked}${counted}`)
  for (let size = 1; size <= bytes.length; size += 1) {
    const reader = rawAnswerReader()
    const answers = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => {
      reader.append(bytes.subarray(index * size, (index + 1) * size))
      return [reader.take(false, false), reader.take(false, false)]
    }).flat()
    expect(answers.filter((answer) => answer !== undefined)).toMatchObject([
      { status: 200, body: Buffer.from('abc0123456789') },
      { status: 500, body: Buffer.from('no') },
    ])
    expect(reader.isEmpty).toBe(true)
  }
})

test('a body without a length is complete when the connection ends', () => {
  const reader = rawAnswerReader()
  reader.append(Buffer.from('HTTP/1.0 200 OK\r\n\r\nall'))
  expect(reader.take(false, false)).toBeUndefined()
  expect(reader.take(false, true)).toMatchObject({ status: 200, body: Buffer.from('all') })
})

test.each([
  'Transfer-Encoding: chunked\r\n\r\n-6\r\nx',
  'Transfer-Encoding: chunked\r\n\r\nzz\r\nx',
  'Content-Length: -6\r\n\r\nx',
  'Content-Length: 2, 2\r\n\r\nxx',
])('a length that is none makes an answer malformed: %j', (rest) => {
  const reader = rawAnswerReader()
  reader.append(Buffer.from(`HTTP/1.1 200 OK\r\n${rest}`))
  expect(reader.take(false, false)).toBe('malformed')
})

test('what announces an answer without end waits for it as any bytes do', () => {
  const reader = rawAnswerReader()
  const interim = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')
  for (let count = 1; count <= 3; count += 1) {
    reader.append(interim)
    expect(reader.take(false, false)).toBeUndefined()
    expect(reader.waiting).toBe(count * interim.length)
  }
})

test('many small pieces take no more time than a few large ones', () => {
  const reader = rawAnswerReader()
  reader.append(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'))
  const chunk = Buffer.from('1\r\nx\r\n')
  for (let count = 0; count < 200_000; count += 1) {
    reader.append(chunk)
    reader.take(false, false)
  }
  reader.append(Buffer.from('0\r\n\r\n'))
  expect(reader.take(false, false)).toMatchObject({ body: { length: 200_000 } })
}, 10_000)
