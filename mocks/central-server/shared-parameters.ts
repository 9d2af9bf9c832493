import { createHash } from 'node:crypto'
import { type ConfigurationVersion, versionSays } from '../../fixtures/configuration-version.ts'
import { formatPath, parseClientPath } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration } from '../security-server/global-configuration.ts'
import { clientIdentifier, parameterNamespaces } from './client-identifier.ts'
import { authenticationCertificatesOf, type PublishedFacts } from './published-facts.ts'
import { element, type XmlElement } from './xml-element.ts'

/** Seconds that an OCSP response is good for. */
const ocspFreshness = 3600

/** Who exists, in the words of one version: a newer one adds elements and takes nothing away. */
export function sharedParameters(facts: PublishedFacts, version: ConfigurationVersion): XmlElement {
  const { global } = facts
  const references = numberClients(global)
  return element(
    'ns3:conf',
    [
      element('instanceIdentifier', global.instance),
      ...(versionSays(version, 'sources') ? facts.sources.map(source) : []),
      ...facts.certificationServices.map((service) => certificationService(service, version)),
      ...facts.timeStampingServices.map(({ name, url, certificate }) =>
        element('approvedTSA', [
          element('name', name),
          element('url', url),
          base64('cert', certificate),
          costType(version),
        ]),
      ),
      ...global.members.map((one) => member(one, references, version)),
      ...global.servers.map((one) => securityServer(one, facts, references, version)),
      ...[...global.groups].map(([code, members]) => globalGroup(code, members)),
      element('globalSettings', [
        ...facts.memberClasses.map((code) => memberClass(code)),
        element('ocspFreshnessSeconds', String(ocspFreshness)),
      ]),
    ],
    parameterNamespaces,
  )
}

/** `id0`, `id1`, …: the XML identifiers of members and subsystems, by path. */
function numberClients({ members }: GlobalConfiguration): ReadonlyMap<string, string> {
  const paths = members.flatMap(({ id, subsystems }) => [id, ...subsystems.map((subsystem) => subsystem.id)])
  return new Map(paths.map((id, index) => [formatPath(id), `id${index}`]))
}

function source({ address, internal, external }: PublishedFacts['sources'][number]): XmlElement {
  return element('source', [
    element('address', address),
    ...internal.map((certificate) => base64('internalVerificationCert', certificate)),
    ...external.map((certificate) => base64('externalVerificationCert', certificate)),
  ])
}

function certificationService(
  { name, certificate, ocsp }: PublishedFacts['certificationServices'][number],
  version: ConfigurationVersion,
): XmlElement {
  return element('approvedCA', [
    element('name', name),
    element('authenticationOnly', 'false'),
    element('topCA', [
      base64('cert', certificate),
      element('ocsp', [element('url', ocsp.url), base64('cert', ocsp.certificate), costType(version)]),
    ]),
    element(
      'certificateProfileInfo',
      'ee.ria.xroad.common.certificateprofile.impl.FiVRKCertificateProfileInfoProvider',
    ),
    version >= 6 ? element('defaultCsrFormat', 'PEM') : undefined,
  ])
}

function member(
  { id, name, subsystems }: GlobalConfiguration['members'][number],
  references: ReadonlyMap<string, string>,
  version: ConfigurationVersion,
): XmlElement {
  return element(
    'member',
    [
      memberClass(id.memberClass),
      element('memberCode', id.memberCode),
      element('name', name),
      ...subsystems.flatMap((subsystem) => {
        if (subsystem.id.kind !== 'subsystem') return []
        const known =
          versionSays(version, 'subsystemNames') && subsystem.name !== undefined
            ? element('subsystemName', subsystem.name)
            : undefined
        return element('subsystem', [element('subsystemCode', subsystem.id.subsystemCode), known], {
          id: references.get(formatPath(subsystem.id)) ?? '',
        })
      }),
    ],
    { id: references.get(formatPath(id)) ?? '' },
  )
}

function securityServer(
  { id, code, address, clients, maintenance }: GlobalConfiguration['servers'][number],
  facts: PublishedFacts,
  references: ReadonlyMap<string, string>,
  version: ConfigurationVersion,
): XmlElement {
  const owner = formatPath(id.owner)
  const hosted = [...clients].filter((path) => path !== owner).flatMap((path) => references.get(path) ?? [])
  return element('securityServer', [
    element('owner', references.get(owner) ?? ''),
    element('serverCode', code),
    element('address', address),
    ...authenticationCertificatesOf(facts, code).map((der) => base64('authCertHash', certificateHash(der, version))),
    ...hosted.map((reference) => element('client', reference)),
    versionSays(version, 'maintenanceMode') && maintenance !== undefined
      ? element('inMaintenanceMode', [
          maintenance.message === undefined ? undefined : element('message', maintenance.message),
        ])
      : undefined,
  ])
}

/** SHA-256 of the DER from version 3 on, SHA-1 before. */
function certificateHash(der: Buffer, version: ConfigurationVersion): Buffer {
  return createHash(versionSays(version, 'sha256') ? 'sha256' : 'sha1')
    .update(der)
    .digest()
}

function globalGroup(code: string, members: ReadonlySet<string>): XmlElement {
  return element('globalGroup', [
    element('groupCode', code),
    element('description', code),
    ...[...members].flatMap((path) => {
      const id = parseClientPath(path)
      return id === undefined ? [] : clientIdentifier('groupMember', id)
    }),
  ])
}

function memberClass(code: string): XmlElement {
  return element('memberClass', [element('code', code), element('description', code)])
}

function costType(version: ConfigurationVersion): XmlElement | undefined {
  return version >= 6 ? element('costType', 'FREE') : undefined
}

function base64(name: string, bytes: Buffer): XmlElement {
  return element(name, bytes.toString('base64'))
}
