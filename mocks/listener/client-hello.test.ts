import fc from 'fast-check'
import { expect, test } from 'vitest'
import { suiteCodes } from '../../fixtures/tls/cipher-suites.ts'
import { message, record, vector, words } from '../../suites/client/tls-messages.ts'
import { clientHello } from '../../suites/tls/client-hello.ts'
import { ssl2ClientHello } from '../../suites/tls/ssl2.ts'
import { readFirstBytes } from './client-hello.ts'

const random = Buffer.alloc(32, 0x16)
const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', '0x1234']
const offer = { version: 'TLSv1.3', oldest: 'TLSv1.1', suites, serverName: 'ss1.example' } as const
const sample = clientHello(offer, random)
const facts = {
  legacyVersion: 'TLSv1.2',
  versions: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'],
  suites,
  serverName: 'ss1.example',
}
/** Where the extensions of the sample begin in its body: without any it is a whole hello of an older version. */
const extensionsAt = 2 + 32 + 1 + 2 + 2 * suites.length + 2

test('versions, suites and the name stand in the order of the client', () => {
  expect(readFirstBytes(sample)).toEqual({ kind: 'hello', hello: facts })
})

test('a hello without extensions offers the version in the old place', () => {
  const hello = clientHello({ version: 'SSLv3', suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'], fallback: true }, random)
  expect(readFirstBytes(hello)).toEqual({
    kind: 'hello',
    hello: { legacyVersion: 'SSLv3', versions: ['SSLv3'], suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] },
  })
})

test('what says nothing is left out: reserved values, signals, versions and names that are none', () => {
  const hello = helloWith({
    codes: [0x0a0a, 0xfafa, 0x00ff, 0x5600, 0x0a1a, 0x002f],
    versions: [0x1a1a, 0x7f1c, 0x0303],
    name: Buffer.of(1, 0, 1, 0x61),
  })
  expect(readFirstBytes(hello)).toEqual({
    kind: 'hello',
    hello: { legacyVersion: '0x0909', versions: ['TLSv1.2'], suites: ['0x0a1a', 'TLS_RSA_WITH_AES_128_CBC_SHA'] },
  })
})

test('an endless list is cut off', () => {
  const codes = Array.from({ length: 7000 }, () => 0x002f)
  const versions = Array.from({ length: 120 }, () => 0x0303)
  const name = Buffer.concat([Buffer.of(0), vector(2, Buffer.alloc(256, 'a'))])
  const read = readFirstBytes(helloWith({ codes, versions, name }))
  expect(read).toMatchObject({ hello: { suites: { length: 512 }, versions: { length: 16 } } })
  expect(read).not.toHaveProperty('hello.serverName')
})

test('every beginning of a hello is incomplete, in however many records it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
      const bytes = inRecords(sample.subarray(5), sizes)
      expect(readFirstBytes(bytes)).toEqual({ kind: 'hello', hello: facts })
      for (let end = 0; end < bytes.length; end += 1) {
        expect(readFirstBytes(bytes.subarray(0, end))).toEqual({ kind: 'incomplete' })
      }
    }),
    { numRuns: 30 },
  )
})

test('every hello that is cut off within, and says so in its lengths, is refused', () => {
  const body = sample.subarray(9)
  const read = Array.from(body, (_, end) => readFirstBytes(record(22, message(1, body.subarray(0, end)))).kind)
  expect(read.flatMap((kind, end) => (kind === 'other' ? [] : [end]))).toEqual([extensionsAt])
})

test.for([
  ['a hello of SSL 2.0', ssl2ClientHello(Buffer.alloc(16))],
  ['HTTP', Buffer.from('G')],
  ['another major version', Buffer.of(22, 2)],
  ['an alert', record(21, Buffer.of(2, 40))],
  ['an alert between two records', Buffer.concat([inRecords(sample.subarray(5), [50]).subarray(0, 55), Buffer.of(21)])],
  ['another version in the second record', Buffer.concat([record(22, sample.subarray(5, 50)), Buffer.of(22, 3, 1)])],
  ['an empty record', record(22, Buffer.alloc(0))],
  ['a record that is too large', Buffer.of(22, 3, 1, 0x40, 1)],
  ['a message that is too large', record(22, Buffer.of(1, 0, 0x40, 0))],
  ['another message', record(22, message(2, Buffer.alloc(40)))],
] as const)('%s is told from a hello as soon as it can be', ([_, bytes]) => {
  expect(readFirstBytes(bytes)).toEqual({ kind: 'other' })
})

test('whatever comes is told to be one of three things', () => {
  const seen = new Set<string>()
  const damaged = fc
    .array(fc.tuple(fc.nat(sample.length), fc.nat(3), fc.uint8Array({ maxLength: 4 })), { maxLength: 4 })
    .map((changes) =>
      changes.reduce<Buffer>(
        (bytes, [at, cut, put]) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
        sample,
      ),
    )
  const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => record(22, Buffer.from(bytes)))
  fc.assert(
    fc.property(fc.oneof(damaged, anything), (bytes) => void seen.add(readFirstBytes(bytes).kind)),
    { numRuns: 20_000 },
  )
  expect([...seen].sort()).toEqual(['hello', 'incomplete', 'other'])
})

test('every suite that has a name is told by it', () => {
  const names = Object.keys(suiteCodes)
  const read = readFirstBytes(clientHello({ version: 'TLSv1.2', suites: names }, random))
  expect(read).toMatchObject({ hello: { suites: names } })
})

interface Parts {
  readonly codes: readonly number[]
  readonly versions: readonly number[]
  /** One entry of server_name. */
  readonly name: Buffer
}

/** A hello in TLS 9.9, with a session and two methods of compression. */
function helloWith({ codes, versions, name }: Parts): Buffer {
  const extension = (code: number, content: Buffer) => Buffer.concat([words([code]), vector(2, content)])
  const body = Buffer.concat([
    words([0x0909]),
    random,
    vector(1, Buffer.alloc(32)),
    vector(2, words(codes)),
    vector(1, Buffer.of(1, 0)),
    vector(2, Buffer.concat([extension(0, vector(2, name)), extension(43, vector(1, words(versions)))])),
  ])
  return record(22, message(1, body), 0x0301)
}

function inRecords(bytes: Buffer, sizes: readonly number[]): Buffer {
  const records: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    records.push(record(22, bytes.subarray(at, at + size), 0x0301))
    at += size
  }
  return Buffer.concat(records)
}
