import { createHash, X509Certificate } from 'node:crypto'
import { digests } from './algorithms.ts'

/** The certificate that a signature names by its hash, in base64, and the URI of the digest. */
export type FindCertificate = (hash: string, digestUri: string) => X509Certificate | undefined

/** Finds one among certificates, DER. */
export function findCertificate(certificates: readonly Buffer[]): FindCertificate {
  return (hash, digestUri) => {
    const wanted = Buffer.from(hash, 'base64')
    const found = certificates.find((der) => hashOf(der, digestUri)?.equals(wanted))
    return found && readCertificate(found)
  }
}

/**
 * The same, but what has been found once is found from then on, whoever lists it: as long as a client runs it trusts a
 * certificate that was taken out of anchor and sources.
 */
export function rememberCertificates(): typeof findCertificate {
  const known = new Map<string, X509Certificate>()
  return (certificates) => (hash, digestUri) => {
    const found = known.get(hash) ?? findCertificate(certificates)(hash, digestUri)
    if (found !== undefined) known.set(hash, found)
    return found
  }
}

function hashOf(bytes: Buffer, uri: string): Buffer | undefined {
  const digest = digests[uri]
  return digest === undefined ? undefined : createHash(digest).update(bytes).digest()
}

function readCertificate(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}
