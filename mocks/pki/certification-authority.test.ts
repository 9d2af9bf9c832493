import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { plainPlan } from './certificate-plan.ts'
import { readCertificateRequest } from './certificate-request.ts'
import { type CertificationAuthority, certificationAuthority } from './certification-authority.ts'
import {
  bitString,
  derValue,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  utf8String,
} from './der.ts'
import { makeIdentities } from './identity.ts'
import { openKeyCache } from './key-cache.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const commonName = (...values: readonly Buffer[]) => sequence(setOf(sequence(objectIdentifier('2.5.4.3'), ...values)))
const name = commonName(utf8String('Väestövirasto'))
const names = sequence(derValue(0x82, Buffer.from('ss1.example')), derValue(0x87, Buffer.of(192, 0, 2, 1)))
let authority: CertificationAuthority

beforeAll(async () => {
  const plan = { ...plainPlan('authority', { CN: 'Authority' }), authority: true, key: 'ec-p256' as const }
  const [identity = expect.unreachable()] = await makeIdentities([plan], await openKeyCache(undefined), new Date())
  authority = certificationAuthority(identity, { ocspUrl: 'http://127.0.0.1/ocsp', now: Date.now })
})

/** A request that is signed as it should be, whatever it asks for. */
function writeRequest(subject: Buffer, alternativeNames: Buffer): Buffer {
  const extension = sequence(objectIdentifier('2.5.29.17'), octetString(alternativeNames))
  const attribute = sequence(objectIdentifier('1.2.840.113549.1.9.14'), setOf(sequence(extension)))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = sequence(integer(0), subject, key, derValue(0xa0, attribute))
  return sequence(body, sequence(objectIdentifier('1.2.840.10045.4.3.2')), bitString(sign('sha256', body, privateKey)))
}

async function issue(subject: Buffer, alternativeNames = names): Promise<string> {
  const request = readCertificateRequest(writeRequest(subject, alternativeNames), 'request')
  return (await authority.issue(request, 'internal', 'request')).subject
}

test('a name that no certificate can hold is refused', async () => {
  expect(await issue(name)).toBe('CN=Väestövirasto')
  const deep = Array.from({ length: 500 }).reduce<Buffer>((value) => sequence(value), nothing)
  await expect(issue(commonName(utf8String('a'), deep))).rejects.toThrow('an attribute of a name has one value')
  await expect(issue(commonName(derValue(0x0c, Buffer.of(0xc3))))).rejects.toThrow('a name is not in UTF-8')
})

test('whatever byte of its names is another one, a request is granted or refused, and never a defect', async () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), ofSubject: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(change, async ({ at, byte, ofSubject }) => {
      const changed = (bytes: Buffer) =>
        Buffer.from(bytes.map((old, index) => (index === at % bytes.length ? byte : old)))
      const issuing = ofSubject ? issue(changed(name)) : issue(name, changed(names))
      const outcome = await issuing.catch((error: unknown) => error)
      expect(outcome instanceof UsageError || typeof outcome === 'string', String(outcome)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
