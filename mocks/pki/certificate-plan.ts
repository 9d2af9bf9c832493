import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import {
  type CertificateSpec,
  type InformationSystem,
  internalCertificateName,
  type Topology,
  type TopologyServer,
} from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { reachableHost } from '../listener/reachable-host.ts'

type DerivedSpec = Exclude<CertificateSpec, { certificateFile: string }>
export type GivenSpec = Extract<CertificateSpec, { certificateFile: string }>

export type KeyType = DerivedSpec['key']
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
export type AlternativeName = { readonly kind: 'dns' | 'ip'; readonly value: string }

/** One certificate to be made, complete: two equal plans give certificates that are interchangeable. */
export interface CertificatePlan {
  readonly name: string
  /** Attribute values by short name (`CN`, `O`, …) or dotted object identifier, outermost first. */
  readonly subject: Readonly<Record<string, string>>
  readonly alternativeNames: readonly AlternativeName[]
  readonly key: KeyType
  /** Name of the certificate whose key this is: its own, or that of another one. */
  readonly keyOwner: string
  readonly issuer?: CertificatePlan
  readonly authority: boolean
  readonly pathLength?: number
  readonly keyUsage: readonly KeyUsage[]
  /** As RFC 5280 wants it of authorities and those they certify: key usage critical, keys identified. */
  readonly strict?: boolean
  readonly extendedKeyUsage: readonly (DerivedSpec['extendedKeyUsage'][number] | 'OCSPSigning' | 'timeStamping')[]
  readonly validity: DerivedSpec['validity']
  readonly days: number
  /** Where the status of the certificate is asked. */
  readonly ocspUrl?: string
}

export interface KeystorePlan {
  readonly derived: ReadonlyMap<string, CertificatePlan>
  readonly given: ReadonlyMap<string, GivenSpec>
  /** Certificates that something here presents itself: a given one of these must come with its key. */
  readonly presented: ReadonlyMap<string, string>
}

/** Object identifiers of the subject attributes that may be written by short name. */
export const subjectAttributes: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  street: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  businessCategory: '2.5.4.15',
  GN: '2.5.4.42',
  organizationIdentifier: '2.5.4.97',
}

// Changes whenever the same plan gives a different certificate, so that cached ones are made again.
const planFormat = 2

/** Which certificates a topology implies; throws a UsageError where a name or subject cannot stand in a certificate. */
export function planCertificates(topology: Topology, hostNames: readonly string[] = []): KeystorePlan {
  const specs = new Map(Object.entries(topology.certificates))
  const derived = new Map<string, CertificatePlan>()
  const presented = new Map<string, string>()
  const planDerived = (name: string, spec: DerivedSpec): CertificatePlan => {
    const known = derived.get(name)
    if (known !== undefined) return known
    const plan: CertificatePlan = {
      name,
      subject: checkedSubject(name, spec.subject),
      alternativeNames: spec.names.map((text) => alternativeName(name, text)),
      ...keyOf(name, specs),
      ...(spec.issuedBy !== undefined && { issuer: planDerived(spec.issuedBy, derivedSpec(spec.issuedBy, specs)) }),
      authority: spec.authority,
      keyUsage: spec.authority ? ['keyCertSign', 'cRLSign'] : [],
      extendedKeyUsage: spec.extendedKeyUsage,
      validity: spec.validity,
      days: 365,
    }
    derived.set(name, plan)
    return plan
  }
  for (const [name, spec] of specs) if (!('certificateFile' in spec)) planDerived(name, spec)

  for (const server of topology.servers) {
    const name = internalCertificateName(server)
    presented.set(name, `security server "${server.code}"`)
    if (!specs.has(name)) derived.set(name, internalCertificate(name, server, hostNames))
  }
  for (const system of topology.informationSystems) {
    const name = system.certificate ?? `${system.name}-tls`
    // An external information system presents its certificate itself; here it is only compared.
    if (system.serves !== 'external') presented.set(name, `information system "${system.name}"`)
    if (!specs.has(name)) derived.set(name, informationSystemCertificate(name, system, hostNames))
  }
  const given = new Map([...specs].filter((entry): entry is [string, GivenSpec] => 'certificateFile' in entry[1]))
  return { derived, given, presented }
}

/** Names a plan: equal for equal plans, and different whenever the certificate or one of its issuers would differ. */
export function hashPlan(plan: CertificatePlan): string {
  return createHash('sha256')
    .update(JSON.stringify([planFormat, plan]))
    .digest('hex')
    .slice(0, 24)
}

// As a fresh installation of a security server makes it, with the names under which it is reached here. Nobody is shown
// that of a server that does not run: its key is one that takes no time to make.
function internalCertificate(name: string, server: TopologyServer, hostNames: readonly string[]): CertificatePlan {
  const address = server.address ?? server.code
  return {
    ...selfSigned(name, address, [server.code, address, server.listen.host, ...hostNames]),
    authority: true,
    pathLength: 0,
    keyUsage: ['nonRepudiation', 'keyEncipherment', 'digitalSignature', 'keyCertSign'],
    ...(server.running ? {} : { key: 'ec-p256' }),
    days: 7300,
  }
}

function informationSystemCertificate(
  name: string,
  system: InformationSystem,
  hostNames: readonly string[],
): CertificatePlan {
  return selfSigned(name, system.name, [system.listen.host, ...hostNames])
}

function selfSigned(name: string, commonName: string, hosts: readonly string[]): CertificatePlan {
  const names = new Set([
    'IP:127.0.0.1',
    'IP:::1',
    'DNS:localhost',
    ...hosts.map(reachableHost).map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`),
  ])
  const alternativeNames = [...names].map((text) => alternativeName(name, text))
  return { ...plainPlan(name, { CN: commonName }), alternativeNames }
}

/** A certificate of an RSA key of its own that says nothing of what it is for, valid for a year. */
export function plainPlan(name: string, subject: CertificatePlan['subject']): CertificatePlan {
  return {
    name,
    subject,
    alternativeNames: [],
    key: 'rsa-2048',
    keyOwner: name,
    authority: false,
    keyUsage: [],
    extendedKeyUsage: [],
    validity: 'current',
    days: 365,
  }
}

/** Follows `sameKeyAs` to the certificate whose key it is in the end; its kind of key counts. */
function keyOf(name: string, specs: ReadonlyMap<string, CertificateSpec>): Pick<CertificatePlan, 'key' | 'keyOwner'> {
  const spec = derivedSpec(name, specs)
  return spec.sameKeyAs === undefined ? { key: spec.key, keyOwner: name } : keyOf(spec.sameKeyAs, specs)
}

function derivedSpec(name: string, specs: ReadonlyMap<string, CertificateSpec>): DerivedSpec {
  const spec = specs.get(name)
  if (spec !== undefined && !('certificateFile' in spec)) return spec
  throw new Error(`"${name}" is no derived certificate; checkTopology reports this`)
}

function checkedSubject(name: string, subject: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const attribute of Object.keys(subject)) {
    if (Object.hasOwn(subjectAttributes, attribute) || /^[0-2](\.\d+)+$/.test(attribute)) continue
    const known = Object.keys(subjectAttributes).join(', ')
    throw new UsageError(
      `Certificate "${name}" has the unknown subject attribute "${attribute}"; write one of ${known}, or a dotted object identifier.`,
    )
  }
  return Object.keys(subject).length > 0 ? subject : { CN: name }
}

function alternativeName(name: string, text: string): AlternativeName {
  const value = text.slice(text.indexOf(':') + 1)
  if (text.startsWith('IP:')) {
    if (isIP(value) !== 0) return { kind: 'ip', value }
    throw new UsageError(
      `Certificate "${name}" has the name "${text}", which is no IP address; write IP:127.0.0.1 or DNS:name.`,
    )
  }
  // Certificates carry host names in ASCII; a code with an underscore is no host name but harmless.
  const ascii = value.replace(/^\*\./, '')
  const encoded = /^[\w.-]+$/.test(ascii) ? value : domainToASCII(value)
  if (encoded !== '') return { kind: 'dns', value: encoded }
  throw new UsageError(
    `Certificate "${name}" has the name "${text}", which is no host name; write DNS:host.example.org.`,
  )
}
