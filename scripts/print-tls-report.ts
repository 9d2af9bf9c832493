import { urlHost } from '../fixtures/url-host.ts'
import type {
  CertificateReport,
  FeatureReport,
  KeyExchangeReport,
  TlsReport,
  VersionReport,
} from '../suites/tls/tls-report.ts'

/** What `roadworthy tls` prints for people. */
export function printTlsReport(report: TlsReport): string {
  const { host, port, serverName, versions, signatureAlgorithms, applicationProtocols } = report
  const name = serverName === undefined || serverName === host ? '' : ` as ${serverName}`
  const lines = [
    `${urlHost(host)}:${port}${name}`,
    ...section('Versions', versions.map(describeVersion)),
    ...versions.flatMap(suiteSection),
    ...section('Key exchange', describeKeyExchange(report.keyExchange)),
    ...section('Signatures of the key exchange in TLS 1.2', signatureAlgorithms),
    ...report.chains.flatMap(({ suite, certificates }) =>
      section(`Certificate with ${suite}`, certificates.flatMap(describeCertificate)),
    ),
    ...section('Client certificate', describeClientCertificate(report)),
    ...section('Server name', describeServerName(report)),
    ...section('Features', describeFeatures(report.features)),
    ...section('Application protocols', applicationProtocols),
    '',
    `${report.connections} connections, ${report.milliseconds} ms`,
  ]
  return `${lines.join('\n')}\n`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function describeVersion(version: VersionReport): string {
  const name = version.version.padEnd(9)
  if (!version.spoken) return `${name}no   ${version.refusal}`
  return `${name}yes  ${version.suites.length} ${version.suites.length === 1 ? 'suite' : 'suites'}`
}

function suiteSection(version: VersionReport): string[] {
  if (!version.spoken) return []
  const { version: name, suites, preference } = version
  return section(`Suites of ${name}${preference === undefined ? '' : `, ${preferences[preference]}`}`, suites)
}

const preferences = { server: 'the server chooses, in this order', client: 'the client chooses' } as const

function describeKeyExchange({ groups, groupsOfTls13, fields }: KeyExchangeReport): string[] {
  return [
    ...(groups.length === 0 ? [] : [`up to TLS 1.2  ${groups.join(', ')}`]),
    ...(groupsOfTls13.length === 0 ? [] : [`TLS 1.3        ${groupsOfTls13.join(', ')}`]),
    ...fields.map(({ bits, group }) => `Diffie-Hellman ${bits} bits, ${group ?? 'a prime of its own'}`),
  ]
}

function describeCertificate({ subject, issuer, names, validFrom, validTo, key, sha256 }: CertificateReport): string[] {
  return [
    subject,
    ...(names.length === 0 ? [] : [`  names   ${names.join(', ')}`]),
    `  issuer  ${issuer === subject ? 'itself' : issuer}`,
    `  valid   ${validFrom} to ${validTo}`,
    `  key     ${key}`,
    `  sha256  ${sha256}`,
  ]
}

function describeClientCertificate({ clientCertificate }: TlsReport): string[] {
  if (clientCertificate === undefined) return ['cannot be seen: TLS 1.3 asks for it encrypted']
  const { requested, types, signatureAlgorithms, authorities } = clientCertificate
  if (!requested) return ['not asked for']
  return [
    `asked for: ${types.join(', ')}`,
    ...(signatureAlgorithms.length === 0 ? [] : [`signed with ${signatureAlgorithms.join(', ')}`]),
    ...(authorities.length === 0 ? ['no authority named: from any issuer'] : authorities.map((one) => `from ${one}`)),
  ]
}

function describeServerName({ serverNameIndication: names }: TlsReport): string[] {
  if (names === undefined) return []
  const { acknowledged, withoutName, unknownName } = names
  return [
    `${acknowledged ? 'acknowledged' : 'not acknowledged'}`,
    `without a name   ${withoutName}`,
    `an unknown name  ${unknownName}`,
  ]
}

const featureNames: readonly (readonly [keyof FeatureReport, string])[] = [
  ['secureRenegotiation', 'secure renegotiation'],
  ['compression', 'compression'],
  ['extendedMasterSecret', 'extended master secret'],
  ['encryptThenMac', 'encrypt-then-MAC'],
  ['sessionTickets', 'session tickets'],
  ['fallbackRefused', 'refuses fallbacks'],
  ['downgradeSentinel', 'marks downgrades'],
]

function describeFeatures(features: FeatureReport): string[] {
  return featureNames.flatMap(([name, words]) =>
    features[name] === undefined ? [] : [`${words.padEnd(24)}${features[name] ? 'yes' : 'no'}`],
  )
}
