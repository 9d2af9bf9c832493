import { X509Certificate } from 'node:crypto'
import type { SchemaElement } from '../../fixtures/configuration-schema/schema-violation.ts'
import { type ClientId, clientId, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { GlobalConfiguration, GlobalMember, GlobalServer } from '../security-server/global-configuration.ts'
import { childrenOf, derOf, textOf } from './trust-anchor.ts'

/**
 * What security servers know of one another by shared parameters that follow their schema: who exists, and who hosts
 * whom. Of a server that does not run they know nothing else than of one that does.
 */
export function globalConfigurationOf(root: SchemaElement): GlobalConfiguration {
  const instance = textOf(root, 'instanceIdentifier')
  const references = new Map<string, ClientId>()
  const members = childrenOf(root, 'member').map((member) => readMember(member, instance, references))
  const servers = childrenOf(root, 'securityServer').flatMap((server) => readServer(server, references))
  const owners = new Set(servers.map(({ id }) => formatPath(id.owner)))
  const groups = childrenOf(root, 'globalGroup').map(
    (group) => [textOf(group, 'groupCode'), new Set(childrenOf(group, 'groupMember').map(pathOf))] as const,
  )
  return {
    instance,
    members,
    servers,
    authorities: childrenOf(root, 'approvedCA')
      .flatMap((service) => [...childrenOf(service, 'topCA'), ...childrenOf(service, 'intermediateCA')])
      .flatMap((authority) => childrenOf(authority, 'cert'))
      .flatMap((cert) => pemOf(derOf(cert))),
    groups: new Map([['security-server-owners', owners], ...groups]),
  }
}

/** Notes, too, what the XML identifiers of a member and its subsystems refer to. */
function readMember(element: SchemaElement, instance: string, references: Map<string, ClientId>): GlobalMember {
  const memberClass = textOf(childrenOf(element, 'memberClass')[0] ?? element, 'code')
  const memberCode = textOf(element, 'memberCode')
  const id = clientId(instance, memberClass, memberCode)
  references.set(element.attributes.get('id') ?? '', id)
  const subsystems = childrenOf(element, 'subsystem').map((subsystem) => {
    const named = clientId(instance, memberClass, memberCode, textOf(subsystem, 'subsystemCode'))
    references.set(subsystem.attributes.get('id') ?? '', named)
    return { id: named, name: childrenOf(subsystem, 'subsystemName')[0]?.text }
  })
  return { id, name: textOf(element, 'name'), subsystems }
}

function readServer(element: SchemaElement, references: ReadonlyMap<string, ClientId>): GlobalServer[] {
  const owner = references.get(textOf(element, 'owner'))
  if (owner === undefined) return []
  const code = textOf(element, 'serverCode')
  const hosted = childrenOf(element, 'client').flatMap(({ text }) => references.get(text) ?? [])
  const [maintenance] = childrenOf(element, 'inMaintenanceMode')
  return [
    {
      id: { kind: 'server', owner: memberOf(owner), serverCode: code },
      code,
      address: textOf(element, 'address'),
      running: true,
      clients: new Set([owner, ...hosted].map(formatPath)),
      maintenance: maintenance && { message: childrenOf(maintenance, 'message')[0]?.text },
      authenticationCertificates: new Set(
        childrenOf(element, 'authCertHash').map((hash) => derOf(hash).toString('hex')),
      ),
    },
  ]
}

function pathOf(element: SchemaElement): string {
  const [instance, memberClass, memberCode] = ['xRoadInstance', 'memberClass', 'memberCode'].map((name) =>
    textOf(element, name),
  )
  const subsystemCode = childrenOf(element, 'subsystemCode')[0]?.text
  return formatPath(clientId(instance ?? '', memberClass ?? '', memberCode ?? '', subsystemCode))
}

/** Nothing for what is no certificate: no peer can be verified by it. */
function pemOf(der: Buffer): string[] {
  try {
    return [new X509Certificate(der).toString()]
  } catch {
    return []
  }
}
