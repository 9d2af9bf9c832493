import { expect, test } from 'vitest'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { parseSsl2Answer, ssl2ClientHello } from './ssl2.ts'

// SERVER-HELLO with a certificate of two bytes, two ciphers and a connection id of one.
const hello = Buffer.from(
  '8014' + '04' + '0001' + '0002' + '0002' + '0006' + '0001' + 'cafe' + '010080' + '0700c0' + '99',
  'hex',
)

test('the hello offers all kinds of cipher', () => {
  expect(ssl2ClientHello(Buffer.alloc(16, 1)).toString('hex')).toBe(
    '8037' +
      '01' +
      '0002' +
      '001e' +
      '0000' +
      '0010' +
      '010080020080030080040080050080060040060140' +
      '0700c00701c0080080' +
      '01'.repeat(16),
  )
})

test('a server lists what it speaks, and is heard out', () => {
  for (let length = 0; length < hello.length; length += 1) {
    expect(parseSsl2Answer(hello.subarray(0, length))).toBeUndefined()
  }
  expect(parseSsl2Answer(hello)).toEqual({
    kind: 'greeted',
    suites: ['SSL_CK_RC4_128_WITH_MD5', 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5'],
    certificate: Buffer.from('cafe', 'hex'),
  })
})

test('an error record and an alert of TLS are refusals', () => {
  expect(parseSsl2Answer(Buffer.from('8003000001', 'hex'))).toEqual({ kind: 'refused', alert: 'no_cipher' })
  expect(parseSsl2Answer(Buffer.from('15030100020246', 'hex'))).toEqual({ kind: 'refused', alert: 'protocol_version' })
})

test.for(['48545450', '8000', '800109', '800304ffff', '800b0400010003000000000000'])('%s is malformed', (bytes) => {
  expect(() => parseSsl2Answer(Buffer.from(bytes, 'hex'))).toThrow(MalformedMessage)
})
