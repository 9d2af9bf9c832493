import { expect, test } from 'vitest'
import { MalformedMessage } from '../../fixtures/tls/byte-reader.ts'
import { words } from '../client/tls-messages.ts'
import { flightReader } from './flight-reader.ts'
import {
  alert,
  authority,
  certificateRequest,
  certificates,
  ellipticKeyExchange,
  inRecords,
  primeKeyExchange,
  serverHello,
  serverHelloDone,
} from './sample-flight.ts'
import { retryRequestRandom } from './server-hello.ts'

const suite = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'
const flight = [
  serverHello(suite, { extensions: [['renegotiation_info', Buffer.of(0)]] }),
  certificates,
  ellipticKeyExchange,
  certificateRequest,
  serverHelloDone,
]
const read = {
  kind: 'greeted',
  version: 'TLSv1.2',
  suite,
  certificates: [Buffer.from('leaf'), Buffer.from('root')],
  keyExchange: { group: 'x25519', signatureAlgorithm: 'rsa_pss_rsae_sha256' },
  certificateRequest: {
    types: ['rsa_sign', 'ecdsa_sign'],
    signatureAlgorithms: ['rsa_pkcs1_sha256', 'ecdsa_secp256r1_sha256'],
    authorities: [authority],
  },
}

test('a flight of TLS 1.2 tells version, suite, certificates, key exchange and what is asked of the client', () => {
  const found = flightReader().push(inRecords(flight))
  expect(found).toMatchObject(read)
  expect(found).toHaveProperty('extensions', new Map([['renegotiation_info', Buffer.of(0)]]))
})

test('a flight is whole with its last byte, however it is cut into records and pieces', () => {
  for (const recordSize of [1, 3, 100, 16_384]) {
    const bytes = inRecords(flight, recordSize)
    const reader = flightReader()
    for (const byte of bytes.subarray(0, -1)) expect(reader.push(Buffer.of(byte))).toBeUndefined()
    expect(reader.push(bytes.subarray(-1))).toMatchObject(read)
  }
})

test('who asks only for the suite has it with the ServerHello', () => {
  expect(flightReader('hello').push(inRecords(flight.slice(0, 1)))).toMatchObject({ kind: 'greeted', suite })
})

test('the key exchange of prime fields tells their size', () => {
  const hello = serverHello('TLS_DHE_RSA_WITH_AES_128_CBC_SHA256')
  const found = flightReader().push(inRecords([hello, certificates, primeKeyExchange(129), serverHelloDone]))
  expect(found).toMatchObject({ keyExchange: { field: { bits: 1032 }, signatureAlgorithm: 'rsa_pkcs1_sha256' } })
})

test('TLS 1.3 shows its version in an extension, and the group that it wants in a HelloRetryRequest', () => {
  const extensions = [
    ['supported_versions', words([0x0304])],
    ['key_share', words([0x0018])],
  ] as const
  const hello = serverHello('TLS_AES_128_GCM_SHA256', { random: retryRequestRandom, extensions })
  expect(flightReader().push(inRecords([hello]))).toMatchObject({
    version: 'TLSv1.3',
    isRetryRequest: true,
    group: 'secp384r1',
    certificates: [],
  })
})

test('a fatal alert is a refusal by its name, a warning is none, and what was said before counts', () => {
  expect(flightReader().push(alert(2, 40))).toEqual({ kind: 'refused', alert: 'handshake_failure' })
  expect(flightReader().push(alert(2, 255))).toEqual({ kind: 'refused', alert: 'alert 255' })
  expect(flightReader().push(Buffer.concat([alert(1, 112), inRecords(flight)]))).toMatchObject(read)
  expect(flightReader().push(Buffer.concat([inRecords(flight), alert(2, 80)]))).toMatchObject(read)
  expect(flightReader().push(Buffer.concat([inRecords(flight.slice(0, 2)), alert(2, 80)]))).toMatchObject({
    alert: 'internal_error',
  })
})

test.for([
  ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request')],
  ['the record of another major version', Buffer.of(22, 2)],
  ['a record longer than records may be', Buffer.of(22, 3, 3, 0xff, 0xff)],
  ['an empty record', Buffer.of(22, 3, 3, 0, 0)],
  ['a message longer than a flight may be', inRecords([Buffer.of(2, 0xff, 0xff, 0xff)])],
  ['certificates before the hello', inRecords([certificates])],
  ['a hello that ends too early', inRecords([Buffer.of(2, 0, 0, 2, 3, 3)])],
  [
    'a certificate longer than its list',
    inRecords([flight[0] ?? certificates, Buffer.from('0b000006000003000009', 'hex')]),
  ],
])('%s is malformed', ([, bytes]) => {
  expect(() => flightReader().push(bytes as Buffer)).toThrow(MalformedMessage)
})

test('a server that never ends is cut off', () => {
  const reader = flightReader()
  const more = inRecords([Buffer.concat([Buffer.of(0, 0, 0x3f, 0xfc), Buffer.alloc(0x3ffc)])])
  expect(() => {
    for (let count = 0; count < 100; count += 1) reader.push(more)
  }).toThrow(MalformedMessage)
})
