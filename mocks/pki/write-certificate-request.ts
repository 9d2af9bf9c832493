import { createPublicKey, type KeyObject } from 'node:crypto'
import { subjectAttributes } from './certificate-plan.ts'
import { bitString, derValue, explicit, integer, objectIdentifier, sequence, setOf, utf8String } from './der.ts'
import { signatureAlgorithm, signDer } from './der-signature.ts'

/** A request (PKCS#10, RFC 2986), as PEM, for a certificate of that subject: values by short name, outermost first. */
export function writeCertificateRequest(key: KeyObject, subject: Readonly<Record<string, string>>): string {
  const information = sequence(
    integer(0),
    sequence(...Object.entries(subject).map(([name, value]) => attribute(name, value))),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    explicit(0),
  )
  const request = sequence(information, signatureAlgorithm(key), bitString(signDer(information, key)))
  const lines = request.toString('base64').replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}-----END CERTIFICATE REQUEST-----\n`
}

/** RFC 5280 appendix A.1: a country is a PrintableString. */
function attribute(name: string, value: string): Buffer {
  const text = name === 'C' ? derValue(0x13, Buffer.from(value)) : utf8String(value)
  return setOf(sequence(objectIdentifier(subjectAttributes[name] ?? name), text))
}
