import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { issueCertificate } from '../pki/authority.ts'
import type { CertificatePlan } from '../pki/certificate-plan.ts'

const plan: CertificatePlan = {
  name: 'another',
  subject: { CN: 'another' },
  alternativeNames: [],
  key: 'ec-p256',
  keyOwner: 'another',
  authority: false,
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [],
  validity: 'current',
  days: 0,
}

let der: Buffer | undefined

/** DER of a certificate that nobody here presents: always the same while the process lives, for it is published. */
export function anotherCertificate(): Buffer {
  der ??= makeCertificate()
  return der
}

function makeCertificate(): Buffer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = issueCertificate({
    plan,
    publicKey,
    issuer: { subject: plan.subject, key: privateKey },
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2049-01-01'),
    serialNumber: Buffer.from([1]),
  })
  return new X509Certificate(pem).raw
}
