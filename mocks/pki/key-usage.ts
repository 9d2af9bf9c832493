import type { X509Certificate } from 'node:crypto'
import { DerError, expectTag, onlyChildOf, partsOf, readDer, readObjectIdentifier } from './der-reader.ts'

/** Bits of the key usage that X-Road tells certificates apart by (RFC 5280 4.2.1.3). */
const bits = { digitalSignature: 0x80, nonRepudiation: 0x40, keyEncipherment: 0x20, dataEncipherment: 0x10 } as const

export type KeyUsageName = keyof typeof bits

const keyUsageIdentifier = '2.5.29.15'

/** What the key of a certificate is for; undefined where the certificate does not say. */
export function keyUsageOf({ raw }: X509Certificate): ReadonlySet<KeyUsageName> | undefined {
  const fields = partsOf(partsOf(readDer(raw))[0])
  const extensions = fields.find(({ tag }) => tag === 0xa3)
  if (extensions === undefined) return undefined
  for (const extension of partsOf(onlyChildOf(extensions))) {
    const parts = partsOf(extension)
    if (readObjectIdentifier(parts[0]) !== keyUsageIdentifier) continue
    const [, first = 0] = expectTag(readDer(expectTag(parts.at(-1), 0x04).content), 0x03).content
    return new Set((Object.keys(bits) as KeyUsageName[]).filter((name) => (first & bits[name]) !== 0))
  }
  return undefined
}

const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/** Whether a certificate may authenticate a security server; undefined where it does not say what it is for. */
export function isForAuthentication(certificate: X509Certificate): boolean | undefined {
  if (certificate.keyUsage?.includes(clientAuthentication)) return true
  try {
    const usage = keyUsageOf(certificate)
    return (
      usage && (['digitalSignature', 'keyEncipherment', 'dataEncipherment'] as const).some((name) => usage.has(name))
    )
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
