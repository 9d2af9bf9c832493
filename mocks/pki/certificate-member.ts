import type { X509Certificate } from 'node:crypto'
import type { MemberId } from '../../fixtures/identifiers.ts'

/** The member that a signing certificate of the Finnish profile belongs to, or what its subject lacks, as X-Road says it. */
export function certificateMember({ subject }: X509Certificate): MemberId | string {
  const attributes = new Map(subject.split('\n').map(splitAttribute))
  const serialNumber = attributes.get('serialNumber')
  if (attributes.get('C') !== 'FI') return 'Certificate subject name does not contain valid country code'
  if (!attributes.has('O')) return 'Certificate subject name does not contain organization'
  const memberCode = attributes.get('CN')
  if (memberCode === undefined) return 'Certificate subject name does not contain common name'
  if (serialNumber === undefined) return 'Certificate subject name does not contain serial number'
  // The second part is the code of a server, and counts for nothing.
  const [instance, , memberClass, ...more] = serialNumber.replace(/\/+$/, '').split('/')
  if (instance === undefined || memberClass === undefined || more.length > 0) {
    return "Certificate subject name's attribute serialNumber has invalid value"
  }
  return { kind: 'member', instance, memberClass, memberCode }
}

/** Attributes stand on lines of their own, some characters behind a backslash. */
function splitAttribute(line: string): [name: string, value: string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1).replace(/\\(.)/g, '$1')]
}
