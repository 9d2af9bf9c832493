import { expect, test } from 'vitest'
import { readAnswer } from './answer-reader.ts'

function read(text: string, ended?: 'closed' | 'reset' | 'timeout', method = 'GET') {
  const answer = readAnswer(Buffer.from(text), method, ended)
  return answer && { ...answer.response, body: answer.response.body?.toString(), rest: text.slice(answer.length) }
}

test('a chunked answer has a body and trailers, and leaves what follows', () => {
  const text =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\nHTTP/1.1 204'
  expect(read(text)).toMatchObject({ outcome: 'complete', body: 'abcde', trailers: [['T', '1']], rest: 'HTTP/1.1 204' })
  expect(read(text.slice(0, -20))).toBeUndefined()
  expect(read(text.slice(0, -20), 'closed')).toMatchObject({ outcome: 'truncated', body: 'abcde' })
})

test('interim answers are noted and the final one is returned', () => {
  const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  expect(read(text)).toMatchObject({ status: 200, interim: [100], body: 'ok' })
})

test('without a length the end of the connection ends the body', () => {
  const text = 'HTTP/1.1 200 OK\r\n\r\nall'
  expect(read(text)).toBeUndefined()
  expect(read(text, 'closed')).toMatchObject({ outcome: 'complete', framing: 'close', body: 'all' })
  expect(read(text, 'reset')).toMatchObject({ outcome: 'reset' })
})

test('an answer to HEAD has no body, whatever length it announces', () => {
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', undefined, 'HEAD')).toMatchObject({
    outcome: 'complete',
    body: '',
  })
})

test('an end without an answer is told apart by how it came', () => {
  expect(read('', 'closed')).toMatchObject({ outcome: 'closed-without-response', status: null })
  expect(read('', 'reset')).toMatchObject({ outcome: 'reset' })
  expect(read('', 'timeout')).toMatchObject({ outcome: 'timeout' })
})
