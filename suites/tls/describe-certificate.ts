import { createHash, X509Certificate } from 'node:crypto'
import type { CertificateReport } from './tls-report.ts'

/** What a certificate says, from its DER; undefined if it is none. */
export function describeCertificate(der: Buffer): CertificateReport | undefined {
  const sha256 = createHash('sha256').update(der).digest('hex')
  try {
    const {
      subject,
      issuer,
      subjectAltName = '',
      serialNumber,
      validFromDate,
      validToDate,
      publicKey,
    } = new X509Certificate(der)
    return {
      subject: oneLine(subject),
      issuer: oneLine(issuer),
      names: subjectAltName === '' ? [] : subjectAltName.split(', '),
      serialNumber: serialNumber.toLowerCase(),
      validFrom: validFromDate.toISOString(),
      validTo: validToDate.toISOString(),
      key: describeKey(publicKey),
      sha256,
    }
  } catch {
    // Neither a certificate that cannot be read nor a key of an unknown kind is a defect of who looks at it.
    return undefined
  }
}

/** Node writes a name from the most general part down, a part on each line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails }: X509Certificate['publicKey']): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  return [asymmetricKeyType, modulusLength ?? namedCurve].filter((part) => part !== undefined).join(' ')
}
