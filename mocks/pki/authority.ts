import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { keyHash } from './certificate-parts.ts'
import { type AlternativeName, type CertificatePlan, subjectAttributes } from './certificate-plan.ts'
import { partsOf, readBitString, readDer } from './der-reader.ts'
import { signatureAlgorithm, signDer } from './der-signature.ts'

const { asn1, pki } = forge

export interface Issuance {
  readonly plan: CertificatePlan
  readonly publicKey: KeyObject
  /** DER of a Name that takes the place of the plan's subject. */
  readonly subject?: Buffer
  /** The issuer's subject, as attributes or as DER, and private key; its own for a self-signed certificate. */
  readonly issuer: { readonly subject: CertificatePlan['subject'] | Buffer; readonly key: KeyObject }
  readonly notBefore: Date
  readonly notAfter: Date
  /** Positive, at most 20 bytes. */
  readonly serialNumber: Buffer
}

/**
 * Makes one X.509 v3 certificate, as PEM. node-forge only assembles; node:crypto signs with SHA-256, because forge can
 * neither read nor use elliptic curve keys.
 */
export function issueCertificate(issuance: Issuance): string {
  const { plan, issuer, serialNumber } = issuance
  const algorithm = fromDer(signatureAlgorithm(issuer.key))
  const certificate = sequence(
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [primitive(asn1.Type.INTEGER, asn1.integerToDer(2).getBytes())]),
    primitive(asn1.Type.INTEGER, serialNumber.toString('latin1')),
    algorithm,
    distinguishedName(issuer.subject),
    sequence(time(issuance.notBefore), time(issuance.notAfter)),
    distinguishedName(issuance.subject ?? plan.subject),
    fromDer(issuance.publicKey.export({ type: 'spki', format: 'der' })),
    extensions(issuance),
  )
  const signature = signDer(toDer(certificate), issuer.key)
  const signed = sequence(certificate, algorithm, primitive(asn1.Type.BITSTRING, `\0${signature.toString('latin1')}`))
  return new X509Certificate(toDer(signed)).toString()
}

function distinguishedName(subject: CertificatePlan['subject'] | Buffer): forge.asn1.Asn1 {
  if (Buffer.isBuffer(subject)) return fromDer(subject)
  const attributes = Object.entries(subject).map(([attribute, value]) => ({
    type: subjectAttributes[attribute] ?? attribute,
    value,
    // forge's types mistake the tag for a class.
    valueTagClass: (attribute === 'C' ? asn1.Type.PRINTABLESTRING : asn1.Type.UTF8) as number as forge.asn1.Class,
  }))
  return pki.distinguishedNameToAsn1({ attributes })
}

function extensions({ plan, publicKey, issuer }: Issuance): forge.asn1.Asn1 {
  const pathLength = plan.pathLength === undefined ? {} : { pathLenConstraint: plan.pathLength }
  const container = pki.createCertificate()
  container.setExtensions([
    { name: 'basicConstraints', critical: true, cA: plan.authority, ...pathLength },
    ...(plan.keyUsage.length > 0 ? [{ name: 'keyUsage', critical: plan.strict, ...flags(plan.keyUsage) }] : []),
    ...(plan.extendedKeyUsage.length > 0 ? [extendedKeyUsage(plan.extendedKeyUsage)] : []),
    ...(plan.alternativeNames.length > 0
      ? [{ name: 'subjectAltName', altNames: plan.alternativeNames.map(generalName) }]
      : []),
    ...(plan.ocspUrl === undefined ? [] : [{ id: '1.3.6.1.5.5.7.1.1', value: informationAccess(plan.ocspUrl) }]),
    ...(plan.strict === true ? keyIdentifiers(publicKey, createPublicKey(issuer.key)) : []),
  ])
  // Missing in forge's types.
  const { certificateExtensionsToAsn1 } = pki as unknown as {
    certificateExtensionsToAsn1(extensions: unknown[]): forge.asn1.Asn1
  }
  return certificateExtensionsToAsn1(container.extensions)
}

function extendedKeyUsage(purposes: CertificatePlan['extendedKeyUsage']) {
  // forge has no name for OCSP signing. RFC 3161 2.3: for time stamping the extension is critical.
  const named = purposes.map((purpose) => (purpose === 'OCSPSigning' ? '1.3.6.1.5.5.7.3.9' : purpose))
  return { name: 'extKeyUsage', critical: purposes.includes('timeStamping'), ...flags(named) }
}

// RFC 5280 4.2.1.1 and 4.2.1.2: the hash of the key, and of the issuer's.
function keyIdentifiers(publicKey: KeyObject, issuerKey: KeyObject): { id: string; value: forge.asn1.Asn1 }[] {
  const own = primitive(asn1.Type.OCTETSTRING, hashOf(publicKey))
  const issuers = asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, false, hashOf(issuerKey))
  return [
    { id: '2.5.29.14', value: own },
    { id: '2.5.29.35', value: sequence(issuers) },
  ]
}

function hashOf(publicKey: KeyObject): string {
  const [, bits] = partsOf(readDer(publicKey.export({ type: 'spki', format: 'der' })))
  return keyHash(readBitString(bits)).toString('latin1')
}

// RFC 5280 4.2.2.1: the address of the OCSP responder, as GeneralName [6].
function informationAccess(ocspUrl: string): forge.asn1.Asn1 {
  const location = asn1.create(asn1.Class.CONTEXT_SPECIFIC, 6 as forge.asn1.Type, false, ocspUrl)
  return sequence(sequence(objectIdentifier('1.3.6.1.5.5.7.48.1'), location))
}

// RFC 5280 4.2.1.6: GeneralName is [2] for a host name, [7] for an address.
function generalName(name: AlternativeName): { type: number; value?: string; ip?: string } {
  return name.kind === 'dns' ? { type: 2, value: name.value } : { type: 7, ip: name.value }
}

function flags(names: readonly string[]): Record<string, true> {
  return Object.fromEntries(names.map((name) => [name, true]))
}

// RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
function time(date: Date): forge.asn1.Asn1 {
  return date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date))
}

function sequence(...values: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, values)
}

function primitive(type: forge.asn1.Type, bytes: string): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, bytes)
}

function objectIdentifier(dotted: string): forge.asn1.Asn1 {
  return primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes())
}

function fromDer(bytes: Buffer): forge.asn1.Asn1 {
  return asn1.fromDer(bytes.toString('latin1'))
}

function toDer(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'latin1')
}
