import { X509Certificate } from 'node:crypto'
import { childOf, parseXml } from '../observe/xml.ts'
import type { VerifiedConfiguration } from './verify-configuration.ts'

/**
 * Names of the approved certification services with a certificate that nobody can read. A security server takes such a
 * configuration, and then fails at every message, for it reads them when it looks for a member.
 */
export function unreadableAuthorities({ files }: Pick<VerifiedConfiguration, 'files'>): string[] {
  const shared = files.find(({ entry }) => entry.identifier === 'SHARED-PARAMETERS')
  const root = shared && parseXml(shared.bytes.toString('utf8'))
  const services = root?.children.filter(({ name }) => name === 'approvedCA') ?? []
  return services
    .filter(({ children }) => {
      const authorities = children.filter(({ name }) => name === 'topCA' || name === 'intermediateCA')
      return !authorities.every((authority) => isCertificate(childOf(authority, 'cert')?.text))
    })
    .map((service) => childOf(service, 'name')?.text ?? '')
}

function isCertificate(base64 = ''): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw.length > 0
  } catch {
    return false
  }
}
