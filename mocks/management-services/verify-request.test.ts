import { constants, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { clientId } from '../../fixtures/identifiers.ts'
import { release78 } from '../../fixtures/releases.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import { certificateId } from '../pki/certificate-id.ts'
import { type CertificatePlan, plainPlan } from '../pki/certificate-plan.ts'
import { type Identity, makeIdentities } from '../pki/identity.ts'
import { openKeyCache } from '../pki/key-cache.ts'
import { type CertificateStatus, writeOcspResponse } from '../pki/ocsp-response.ts'
import { faithfulManagement } from './management-decisions.ts'
import { writeManagementResponse } from './management-response.ts'
import { readManagementRequest } from './read-request.ts'
import { verifyRequest } from './verify-request.ts'

const at = new Date(Math.floor(Date.now() / 1000) * 1000)
const authority: CertificatePlan = { ...plainPlan('authority', { CN: 'Authority' }), authority: true }
const signing = (code: string): CertificatePlan => ({
  ...plainPlan(`${code}-signing`, { C: 'FI', O: 'Virasto', serialNumber: 'FI-DEV/ss1/GOV', CN: code }),
  issuer: authority,
  keyUsage: ['nonRepudiation'],
})
const authentication: CertificatePlan = {
  ...plainPlan('authentication', { C: 'FI', O: 'Virasto', serialNumber: 'FI-DEV/ss1/GOV', CN: 'ss1' }),
  issuer: authority,
  keyUsage: ['digitalSignature'],
}
let made: ReadonlyMap<string, Identity>

beforeAll(async () => {
  const plans = [authority, signing('1'), signing('2'), authentication]
  const identities = await makeIdentities(plans, await openKeyCache(undefined), at)
  made = new Map(identities.map((identity) => [identity.name, identity]))
})

function find(name: string): { key: KeyObject; certificate: X509Certificate } {
  const { key, chain } = made.get(name) as Identity
  return { key, certificate: chain[0] as X509Certificate }
}

const provider = clientId('FI-DEV', 'GOV', '1', 'MANAGEMENT')
const id = (name: string, type: string, ...parts: string[]) => {
  const names = ['xRoadInstance', 'memberClass', 'memberCode', type === 'SERVER' ? 'serverCode' : 'subsystemCode']
  const children = parts.map((part, index) => `<i:${names[index]}>${part}</i:${names[index]}>`)
  return `<x:${name} i:objectType="${type}">${children.join('')}</x:${name}>`
}

function envelope(code: string, fields: string, sender = '1'): Buffer {
  return Buffer.from(
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd" ' +
      `xmlns:i="http://x-road.eu/xsd/identifiers"><s:Header>${id('client', 'MEMBER', 'FI-DEV', 'GOV', sender)}` +
      `${id('service', 'SERVICE', 'FI-DEV', 'GOV', '1', 'MANAGEMENT').replace('</x:service>', `<i:serviceCode>${code}</i:serviceCode></x:service>`)}` +
      `<x:id>1</x:id><x:protocolVersion>4.0</x:protocolVersion></s:Header><s:Body><x:${code}>${fields}</x:${code}></s:Body></s:Envelope>`,
  )
}

const server = id('server', 'SERVER', 'FI-DEV', 'GOV', '1', 'ss1')
const registration = envelope('clientReg', `${server}${id('client', 'SUBSYSTEM', 'FI-DEV', 'GOV', '2', 'App')}`)

type Part = readonly [bytes: Buffer | string, algorithm?: string]

function multipart(soap: Buffer, ...parts: readonly Part[]): Buffer {
  const pieces = [
    'Content-Type: text/xml; charset=UTF-8\r\n\r\n',
    ...parts.map(([, algorithm]) =>
      [
        `content-type:application/octet-stream`,
        ...(algorithm ? [`signature-algorithm-id: ${algorithm}`] : []),
        '',
        '',
      ].join('\r\n'),
    ),
  ]
  const bodies = [soap, ...parts.map(([bytes]) => Buffer.from(bytes))]
  const written = pieces.flatMap((head, index) => [Buffer.from(`\r\n--b\r\n${head}`), bodies[index] as Buffer])
  return Buffer.concat([...written, Buffer.from('\r\n--b--\r\n')])
}

function signedBy(name: string, soap: Buffer, algorithm = 'SHA512withRSA'): Part {
  const [, digest = '', pss] = /^(SHA\d+)withRSA(andMGF1)?$/.exec(algorithm) ?? []
  const { key } = find(name)
  const padding = pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
  return [sign(digest, soap, { key, ...padding }), algorithm]
}

function proof(name: string, status: CertificateStatus = { kind: 'good' }, thisUpdate = at): [Part, Part] {
  const { certificate } = find(name)
  const signer = find('authority')
  const answers = [{ id: certificateId(certificate, signer.certificate), status, thisUpdate }]
  return [[certificate.raw], [writeOcspResponse({ answers, producedAt: at, signer })]]
}

const decisions = faithfulManagement

async function judge(body: Buffer, contentType = 'multipart/related; charset=UTF-8; boundary=b'): Promise<void> {
  const request = await readManagementRequest(body, contentType, { quirks: release78.quirks, decisions })
  verifyRequest(request, {
    trust: { authority: find('authority').certificate, responders: [] },
    provider,
    at,
    decisions,
  })
}

const algorithms = ['SHA256', 'SHA384', 'SHA512'].flatMap((digest) => [`${digest}withRSA`, `${digest}withRSAandMGF1`])

for (const algorithm of algorithms) {
  test(`a request signed by ${algorithm} is accepted`, async () => {
    const signature = signedBy('2-signing', registration, algorithm)
    await judge(multipart(registration, signature, ...proof('2-signing')))
  })
}

test('the signature covers every byte of the SOAP message', async () => {
  const signature = signedBy('2-signing', registration)
  const changed = Buffer.from(registration.toString().replace('>App<', '>Apq<'))
  await expect(judge(multipart(changed, signature, ...proof('2-signing')))).rejects.toMatchObject({
    key: 'invalidSignatureValue',
    message: 'Client signature verification failed',
  })
})

test('whoever becomes a client has signed it', async () => {
  const signature = signedBy('1-signing', registration)
  await expect(judge(multipart(registration, signature, ...proof('1-signing')))).rejects.toThrow(
    "Subject identifier (MEMBER:FI-DEV/GOV/1) in certificate does not match client's member identifier (SUBSYSTEM:FI-DEV/GOV/2/App) in request",
  )
})

test('what is missing is named', async () => {
  const signature = signedBy('2-signing', registration)
  const [certificate, ocsp] = proof('2-signing')
  const refused = (...parts: Part[]) => expect(judge(multipart(registration, ...parts))).rejects
  await refused().toThrow('Client signature is missing')
  await refused(signature).toThrow('Client certificate is missing')
  await refused(signature, certificate).toThrow('Client certificate OCSP is missing')
  await refused([signature[0]], certificate, ocsp).toThrow('Client signature algorithm id is missing')
  await refused([signature[0], 'ROT13withRSA'], certificate, ocsp).toThrow('no such algorithm')
  await expect(judge(registration, 'text/xml')).rejects.toThrow('Client signature is missing')
})

test('a certificate counts only with a fresh response that calls it good', async () => {
  const signature = signedBy('2-signing', registration)
  const refused = (...parts: [Part, Part]) => expect(judge(multipart(registration, signature, ...parts))).rejects
  await refused(...proof('2-signing', { kind: 'revoked', at })).toMatchObject({ key: 'certValidation' })
  await refused(...proof('2-signing', { kind: 'unknown' })).toMatchObject({ key: 'certValidation' })
  const stale = proof('2-signing', { kind: 'good' }, new Date(at.getTime() - 7_200_000))
  await refused(...stale).toMatchObject({ key: 'incorrectValidationInfo' })
  await refused(proof('2-signing')[0], proof('1-signing')[1]).toMatchObject({ key: 'incorrectValidationInfo' })
})

function registrationOfKey(fields = ''): Buffer {
  const der = find('authentication').certificate.raw.toString('base64')
  return envelope('authCertReg', `${server}<x:address>ss1.example</x:address><x:authCert>${der}</x:authCert>${fields}`)
}

test('an authentication certificate is signed for by its key and by the owner', async () => {
  const soap = registrationOfKey()
  const [byKey, byOwner] = [signedBy('authentication', soap), signedBy('1-signing', soap)]
  const certificate = find('authentication').certificate.raw
  await judge(multipart(soap, byKey, byOwner, [certificate], ...proof('1-signing')))
  await expect(judge(multipart(soap, byOwner, byKey, [certificate], ...proof('1-signing')))).rejects.toThrow(
    'Auth signature verification failed',
  )
  await expect(judge(multipart(soap, byKey, byOwner, [certificate]))).rejects.toThrow('Owner certificate is missing')
})

test.for([
  ['7.3', 'addressChange', 'invalidRequest', 'addressChange'],
  ['7.6', 'maintenanceModeDisable', 'invalidRequest', 'maintenanceModeDisab'],
  ['6.26', 'maintenanceModeDisable', 'internalError', 'maintenanceModeDisable'],
] as const)('a central server of %s refuses %s, which came later', async ([name, code, key, named]) => {
  const { quirks } = requireProfile(name)
  const refused = readManagementRequest(envelope(code, server), 'text/xml; charset=UTF-8', { quirks, decisions })
  await expect(refused).rejects.toMatchObject({ key, message: `Unknown service code '${named}'` })
})

test('only the owner of a server sends requests about it', async () => {
  const deletion = envelope('clientDeletion', `${server}${id('client', 'SUBSYSTEM', 'FI-DEV', 'GOV', '2', 'App')}`, '2')
  await expect(judge(deletion, 'text/xml; charset=UTF-8')).rejects.toThrow('Sender does not match server owner.')
})

test.each(['a/b', 'a;b', 'x'.repeat(256)])('an identifier that cannot be one is refused (%#)', async (code) => {
  const deletion = envelope('clientDeletion', `${server}${id('client', 'SUBSYSTEM', 'FI-DEV', 'GOV', '2', code)}`)
  await expect(judge(deletion, 'text/xml; charset=UTF-8')).rejects.toThrow('contains an invalid identifier')
})

test('a request that is not for its service, or that is cut off, is refused', async () => {
  const other = Buffer.from(registration.toString().replaceAll('x:clientReg', 'x:clientRag'))
  await expect(judge(other, 'text/xml')).rejects.toThrow('service code does not match')
  const long = Buffer.from(registration.toString().replace('<s:Body>', `<s:Body><!--${'x'.repeat(100_000)}-->`))
  await expect(judge(long, 'text/xml')).rejects.toMatchObject({ name: 'FaultError' })
})

test('the answer is the request with another name and a number', () => {
  const answer = writeManagementResponse(registration.toString(), 'clientReg', 17)
  expect(answer).toContain('<x:clientRegResponse><x:server ')
  expect(answer).toMatch(/<\/x:client><x:requestId>17<\/x:requestId><\/x:clientRegResponse><\/s:Body><\/s:Envelope>$/)
  expect(answer.replaceAll('clientRegResponse', 'clientReg').replace('<x:requestId>17</x:requestId>', '')).toBe(
    registration.toString(),
  )
})
