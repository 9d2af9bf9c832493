import { createHash, X509Certificate } from 'node:crypto'
import type { Bindings } from '../../../fixtures/bindings.ts'
import { sharedByText } from '../../../fixtures/shared-by-text.ts'

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
      const facts = parse(name, identity.certificate)
      const { certificate } = facts
      return [name, { name, ...facts, validity: validityOf(certificate, now), hasKey: identity.key !== undefined }]
    }),
  )
}

// Hundreds of targets of one run may have the same certificates.
const readFacts = sharedByText((pem) => {
  const certificate = new X509Certificate(pem)
  return {
    sha256: sha256(certificate.raw),
    keySha256: sha256(certificate.publicKey.export({ type: 'spki', format: 'der' })),
    subject: certificate.subject,
    authority: certificate.ca,
    certificate,
  }
})

function parse(name: string, pem: string): ReturnType<typeof readFacts> {
  try {
    return readFacts(pem)
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
