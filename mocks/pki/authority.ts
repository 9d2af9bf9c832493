import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { type AlternativeName, type CertificatePlan, subjectAttributes } from './certificate-plan.ts'

const { asn1, pki } = forge

export interface Issuance {
  readonly plan: CertificatePlan
  readonly publicKey: KeyObject
  /** The issuer's subject and private key; its own for a self-signed certificate. */
  readonly issuer: { readonly subject: CertificatePlan['subject']; readonly key: KeyObject }
  readonly notBefore: Date
  readonly notAfter: Date
  /** Positive, at most 20 bytes. */
  readonly serialNumber?: Buffer
}

/**
 * Makes one X.509 v3 certificate, as PEM. node-forge only assembles; node:crypto signs with SHA-256, because forge can
 * neither read nor use elliptic curve keys.
 */
export function issueCertificate(issuance: Issuance): string {
  const { plan, issuer, serialNumber = newSerialNumber() } = issuance
  const algorithm = signatureAlgorithm(issuer.key)
  const certificate = sequence(
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [primitive(asn1.Type.INTEGER, asn1.integerToDer(2).getBytes())]),
    primitive(asn1.Type.INTEGER, serialNumber.toString('latin1')),
    algorithm,
    distinguishedName(issuer.subject),
    sequence(time(issuance.notBefore), time(issuance.notAfter)),
    distinguishedName(plan.subject),
    asn1.fromDer(issuance.publicKey.export({ type: 'spki', format: 'der' }).toString('latin1')),
    extensions(plan),
  )
  // EdDSA hashes by itself.
  const digest = issuer.key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const signature = sign(digest, toDer(certificate), issuer.key)
  const signed = sequence(certificate, algorithm, primitive(asn1.Type.BITSTRING, `\0${signature.toString('latin1')}`))
  return new X509Certificate(toDer(signed)).toString()
}

function signatureAlgorithm(key: KeyObject): forge.asn1.Asn1 {
  switch (key.asymmetricKeyType) {
    case 'ec':
      // RFC 5758 3.2: ecdsa-with-SHA256 has no parameters.
      return sequence(objectIdentifier('1.2.840.10045.4.3.2'))
    case 'ed25519':
      // RFC 8410 3: nor has Ed25519.
      return sequence(objectIdentifier('1.3.101.112'))
    default:
      // RFC 4055 5: sha256WithRSAEncryption has NULL.
      return sequence(objectIdentifier('1.2.840.113549.1.1.11'), primitive(asn1.Type.NULL, ''))
  }
}

function distinguishedName(subject: CertificatePlan['subject']): forge.asn1.Asn1 {
  const attributes = Object.entries(subject).map(([attribute, value]) => ({
    type: subjectAttributes[attribute] ?? attribute,
    value,
    // forge's types mistake the tag for a class.
    valueTagClass: (attribute === 'C' ? asn1.Type.PRINTABLESTRING : asn1.Type.UTF8) as number as forge.asn1.Class,
  }))
  return pki.distinguishedNameToAsn1({ attributes })
}

function extensions(plan: CertificatePlan): forge.asn1.Asn1 {
  const pathLength = plan.pathLength === undefined ? {} : { pathLenConstraint: plan.pathLength }
  const container = pki.createCertificate()
  container.setExtensions([
    { name: 'basicConstraints', critical: true, cA: plan.authority, ...pathLength },
    ...(plan.keyUsage.length > 0 ? [{ name: 'keyUsage', ...flags(plan.keyUsage) }] : []),
    ...(plan.extendedKeyUsage.length > 0 ? [extendedKeyUsage(plan.extendedKeyUsage)] : []),
    ...(plan.alternativeNames.length > 0
      ? [{ name: 'subjectAltName', altNames: plan.alternativeNames.map(generalName) }]
      : []),
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

function newSerialNumber(): Buffer {
  const bytes = randomBytes(16)
  // Neither negative nor shorter than 16 bytes.
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return bytes
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

function toDer(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), 'latin1')
}
