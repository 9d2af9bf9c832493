import { execFileSync, spawnSync } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CertificatePlan, plainPlan } from './certificate-plan.ts'
import { onlyChildOf, partsOf, readDer } from './der-reader.ts'
import { type Identity, makeIdentities } from './identity.ts'
import { openKeyCache } from './key-cache.ts'
import { readOcspRequest, writeOcspRequest } from './ocsp-request.ts'
import { type CertificateStatus, refuseOcspRequest, writeOcspResponse } from './ocsp-response.ts'
import { verifyOcspResponse } from './verify-ocsp-response.ts'

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-ocsp-'))
const inFolder = (name: string) => join(folder, name)
const hour = 3_600_000
const at = new Date(Math.floor(Date.now() / 1000) * 1000)

const elliptic = (name: string, rest: Partial<CertificatePlan> = {}): CertificatePlan => ({
  ...plainPlan(name, { CN: name }),
  key: 'ec-p256',
  ...rest,
})
const authority = elliptic('authority', { authority: true, keyUsage: ['keyCertSign'] })
const plans = [
  authority,
  elliptic('other-authority', { authority: true, keyUsage: ['keyCertSign'] }),
  elliptic('responder', { issuer: authority, key: 'rsa-2048', extendedKeyUsage: ['OCSPSigning'] }),
  elliptic('bystander', { issuer: authority }),
  elliptic('member', { issuer: authority, keyUsage: ['nonRepudiation'] }),
  elliptic('neighbour', { issuer: authority, keyUsage: ['nonRepudiation'] }),
]
let made: ReadonlyMap<string, Identity>

beforeAll(async () => {
  const identities = await makeIdentities(plans, await openKeyCache(undefined), at)
  made = new Map(identities.map((identity) => [identity.name, identity]))
  for (const name of made.keys()) writeFileSync(inFolder(`${name}.pem`), certificate(name).toString())
})

afterAll(() => rmSync(folder, { recursive: true }))

function certificate(name: string): X509Certificate {
  const [leaf] = made.get(name)?.chain ?? []
  if (leaf === undefined) throw new Error(`no ${name}`)
  return leaf
}

/** A response to the question that `openssl` asks of the member's certificate. */
function respond(status: CertificateStatus, signer = 'responder', thisUpdate = at, digest = 'sha1'): Buffer {
  const [issuer, member, request] = ['authority.pem', 'member.pem', 'request.der'].map(inFolder) as [
    string,
    string,
    string,
  ]
  execFileSync('openssl', ['ocsp', '-issuer', issuer, `-${digest}`, '-cert', member, '-reqout', request])
  const { certificates, nonce } = readOcspRequest(readFileSync(request))
  const key = made.get(signer)?.key
  if (key === undefined || nonce === undefined) throw new Error('openssl sends a nonce')
  const answers = certificates.map(({ raw }) => {
    return { id: raw, status, thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + hour) }
  })
  return writeOcspResponse({ answers, producedAt: at, nonce, signer: { key, certificate: certificate(signer) } })
}

function judge(response: Buffer, expectation: { certificate?: string; issuer?: string; later?: number } = {}) {
  return verifyOcspResponse(response, {
    certificate: certificate(expectation.certificate ?? 'member'),
    issuer: certificate(expectation.issuer ?? 'authority'),
    responders: [],
    at: new Date(at.getTime() + (expectation.later ?? 0)),
  })
}

for (const [status, printed] of [
  [{ kind: 'good' }, 'good'],
  [{ kind: 'revoked', at: new Date('2026-01-02T03:04:05Z') }, 'revoked'],
  [{ kind: 'unknown' }, 'unknown'],
] as const) {
  test(`openssl verifies the response and reads ${printed}`, () => {
    writeFileSync(inFolder('response.der'), respond(status))
    const [issuer = '', member = '', response = ''] = ['authority.pem', 'member.pem', 'response.der'].map(inFolder)
    const names = ['-issuer', issuer, '-cert', member, '-CAfile', issuer, '-respin', response, '-no_nonce']
    const { stdout, stderr } = spawnSync('openssl', ['ocsp', ...names], { encoding: 'utf8' })
    expect(stderr).toContain('Response verify OK')
    expect(stdout).toContain(`member.pem: ${printed}\n`)
    expect(stdout.includes('Revocation Time: Jan  2 03:04:05 2026 GMT')).toBe(printed === 'revoked')
  })
}

test('a response of openssl itself is accepted', () => {
  const der = certificate('member').serialNumber
  const end = '270101000000Z'
  writeFileSync(inFolder('index.txt'), `V\t${end}\t\t${der}\tunknown\t/CN=member\n`)
  const { key } = made.get('responder') ?? {}
  writeFileSync(inFolder('responder.key'), key?.export({ type: 'pkcs8', format: 'pem' }) ?? '')
  writeFileSync(
    inFolder('asked.der'),
    writeOcspRequest(certificate('member'), certificate('authority'), Buffer.from('a nonce')),
  )
  const options = ['-index', inFolder('index.txt'), '-CA', inFolder('authority.pem'), '-ndays', '1']
  const signer = ['-rsigner', inFolder('responder.pem'), '-rkey', inFolder('responder.key')]
  const messages = ['-reqin', inFolder('asked.der'), '-respout', inFolder('answered.der')]
  execFileSync('openssl', ['ocsp', ...options, ...signer, ...messages], { stdio: 'pipe' })
  expect(judge(readFileSync(inFolder('answered.der')))).toEqual({ kind: 'good' })
})

test('each reason to refuse a response is told in the words of the reference', () => {
  const good = respond({ kind: 'good' })
  const damaged = Buffer.from(good)
  const place = damaged.indexOf(certificate('responder').raw) - 20
  damaged.writeUInt8(damaged.readUInt8(place) ^ 1, place)
  const serial = BigInt(`0x${certificate('neighbour').serialNumber}`)
  const told = [
    judge(good, { certificate: 'neighbour' }),
    judge(good, { issuer: 'other-authority' }),
    judge(respond({ kind: 'good' }, 'responder', at, 'sha256')),
    judge(damaged),
    judge(respond({ kind: 'good' }, 'bystander')),
    judge(respond({ kind: 'good' }, 'other-authority')),
    judge(good, { later: hour + 1000 }),
    judge(respond({ kind: 'revoked', at: new Date('2026-01-02T03:04:05Z') })),
    judge(respond({ kind: 'unknown' })),
    judge(good.subarray(0, 100)),
    judge(refuseOcspRequest('tryLater')),
  ].map((verdict) => (verdict.kind === 'refused' ? verdict.message : verdict.kind))
  const own = BigInt(`0x${certificate('member').serialNumber}`)
  expect(told).toEqual([
    `OCSP response does not apply to certificate (sn = ${serial})`,
    `OCSP response does not apply to certificate (sn = ${own})`,
    `OCSP response does not apply to certificate (sn = ${own})`,
    'Signature on OCSP response is not valid',
    'OCSP responder is not authorized for given CA',
    'OCSP responder is not authorized for given CA',
    `OCSP response is too old (thisUpdate: ${at.toISOString().slice(0, 19)}Z)`,
    'OCSP response indicates certificate status is REVOKED (date: 2026-01-02 03:04:05)',
    'OCSP response indicates certificate status is UNKNOWN',
    'OCSP response cannot be read: a value is cut off',
    'OCSP response cannot be read: it has the status 3 instead of an answer',
  ])
  expect(judge(good, { later: hour })).toEqual({ kind: 'good' })
})

test('any change of what is signed is refused, and no change is a defect', () => {
  const good = respond({ kind: 'good' })
  const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
  fc.assert(
    fc.property(change, ([at, bits]) => {
      const changed = Buffer.from(good.map((byte, index) => (index === at ? byte ^ bits : byte)))
      return judge(changed).kind === 'refused' || changed.includes(signedPart(good))
    }),
    { numRuns: 3000 },
  )
})

/** What was signed: the first part of the basic response. */
function signedPart(response: Buffer): Buffer {
  const [, answer] = partsOf(readDer(response))
  const [, basic] = partsOf(answer && onlyChildOf(answer))
  return partsOf(readDer(basic?.content ?? Buffer.alloc(0)))[0]?.raw ?? Buffer.alloc(0)
}

test('a request without certificates, cut off or with a nonce that is too long is no request', () => {
  const asked = (nonce?: Buffer) => writeOcspRequest(certificate('member'), certificate('authority'), nonce)
  expect(readOcspRequest(asked()).nonce).toBeUndefined()
  expect(() => readOcspRequest(Buffer.from('30043002' + '3000', 'hex'))).toThrow('names no certificate')
  expect(() => readOcspRequest(asked().subarray(1))).toThrow()
  expect(() => readOcspRequest(asked(Buffer.alloc(129)))).toThrow('a nonce has from 1 to 128 bytes')
})
