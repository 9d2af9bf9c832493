import { createHash, X509Certificate } from 'node:crypto'
import type { Bindings } from '../../fixtures/bindings.ts'

/** What a certificate of the bindings is, read from the certificate itself: names and descriptions may promise anything. */
export interface IdentityFacts {
  readonly name: string
  readonly sha256: string
  readonly keySha256: string
  readonly subject: string
  readonly authority: boolean
  readonly validity: 'current' | 'expired' | 'future'
  /** Whether we can present it. */
  readonly hasKey: boolean
  readonly certificate: X509Certificate
}

/** Reads every certificate of the bindings. Throws with the name of one that cannot be read. */
export function readIdentities(bindings: Bindings, now: Date = new Date()): ReadonlyMap<string, IdentityFacts> {
  return new Map(
    Object.entries(bindings.identities).map(([name, identity]) => {
      const certificate = parse(name, identity.certificate)
      const facts = {
        name,
        sha256: sha256(certificate.raw),
        keySha256: sha256(certificate.publicKey.export({ type: 'spki', format: 'der' })),
        subject: certificate.subject,
        authority: certificate.ca,
        validity: validityOf(certificate, now),
        hasKey: identity.key !== undefined,
        certificate,
      }
      return [name, facts]
    }),
  )
}

function parse(name: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new Error(`The certificate "${name}" of the bindings is no PEM certificate.`, { cause })
  }
}

function validityOf(certificate: X509Certificate, now: Date): IdentityFacts['validity'] {
  if (now < certificate.validFromDate) return 'future'
  return now > certificate.validToDate ? 'expired' : 'current'
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
