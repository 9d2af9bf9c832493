import type { X509Certificate } from 'node:crypto'
import type { MemberId } from '../../fixtures/identifiers.ts'

/**
 * The member that a signing certificate of the Finnish profile belongs to, or what its subject lacks, as X-Road says it.
 * Without a serial number its subject is read as it used to be: O instance, OU class; and without a unit as anywhere else:
 * C instance, O class.
 */
export function certificateMember({ subject }: Pick<X509Certificate, 'subject'>): MemberId | string {
  const attributes = new Map(subject.split('\n').map(splitAttribute))
  const [country, organisation, memberCode] = ['C', 'O', 'CN'].map((name) => attributes.get(name))
  const [serialNumber, unit] = [attributes.get('serialNumber'), attributes.get('OU')]
  const isGeneric = serialNumber === undefined && unit === undefined
  if (isGeneric && country === undefined) return 'Certificate subject name does not contain country code'
  if (!isGeneric && country !== 'FI') return 'Certificate subject name does not contain valid country code'
  if (organisation === undefined) return 'Certificate subject name does not contain organization'
  if (memberCode === undefined) return 'Certificate subject name does not contain common name'
  if (serialNumber === undefined) {
    const [instance = '', memberClass = ''] = unit === undefined ? [country, organisation] : [organisation, unit]
    return { kind: 'member', instance, memberClass, memberCode }
  }
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
