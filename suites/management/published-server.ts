import { createHash } from 'node:crypto'
import { versionSays } from '../../fixtures/configuration-version.ts'
import { formatPath, memberOf, parseClientPath } from '../../fixtures/identifiers.ts'
import { elementsOf, observeSource, textOf, textsOf } from '../configuration/configuration-source.ts'
import { childOf, type XmlElement } from '../observe/xml.ts'
import type { Target } from '../target/target.ts'

/** A security server as the shared parameters have it now. */
export interface PublishedServer {
  /** Path of its owner. */
  readonly owner: string | undefined
  readonly address: string | undefined
  /** Hashes of its authentication certificates (`publishedHash`). */
  readonly certificates: readonly string[]
  /** Paths of its clients, the owner aside. */
  readonly clients: readonly (string | undefined)[]
  /** The text of maintenance mode, empty for none; undefined outside of it. */
  readonly maintenance: string | undefined
}

/** Names of subsystems appeared in version 5, and maintenance mode with them. */
const fullVersion = 5

/** Downloads the shared parameters of the release; undefined for a server that they do not list. */
export async function publishedServer(target: Target, code: string): Promise<PublishedServer | undefined> {
  const source = await observeSource(target)
  const shared = await source.parameters('SHARED-PARAMETERS', Math.min(fullVersion, source.newestVersion))
  const paths = pathsById(shared)
  const found = elementsOf(shared, 'securityServer').find((server) => textOf(server, 'serverCode') === code)
  if (found === undefined) return undefined
  const maintenance = childOf(found, 'inMaintenanceMode')
  return {
    owner: paths.get(textOf(found, 'owner') ?? ''),
    address: textOf(found, 'address'),
    certificates: textsOf(found, 'authCertHash'),
    clients: textsOf(found, 'client').map((id) => paths.get(id)),
    maintenance: maintenance && (textOf(maintenance, 'message') ?? ''),
  }
}

/** The name of a subsystem that the shared parameters know; empty for none, undefined for an unknown subsystem. */
export async function publishedName(target: Target, path: string): Promise<string | undefined> {
  const shared = await (await observeSource(target)).parameters('SHARED-PARAMETERS', fullVersion)
  const found = subsystemsOf(shared).find((one) => one.path === path)
  return found && (textOf(found.element, 'subsystemName') ?? '')
}

/** The hash by which shared parameters of the release name a certificate, base64. */
export function publishedHash({ profile }: Target, der: Buffer): string {
  const algorithm = versionSays(profile.quirks.globalConfiguration.version, 'sha256') ? 'sha256' : 'sha1'
  return createHash(algorithm).update(der).digest('base64')
}

function pathsById(shared: XmlElement): ReadonlyMap<string, string> {
  const members = elementsOf(shared, 'member').map((element) => ({ element, path: memberPath(shared, element) }))
  return new Map(
    [...members, ...subsystemsOf(shared)].map(({ element, path }) => [element.attributes.get('id') ?? '', path]),
  )
}

function subsystemsOf(shared: XmlElement): { readonly element: XmlElement; readonly path: string }[] {
  return elementsOf(shared, 'member').flatMap((member) => {
    const id = parseClientPath(memberPath(shared, member))
    return elementsOf(member, 'subsystem').flatMap((element) => {
      const subsystemCode = textOf(element, 'subsystemCode') ?? ''
      return id === undefined
        ? []
        : [{ element, path: formatPath({ ...memberOf(id), kind: 'subsystem', subsystemCode }) }]
    })
  })
}

function memberPath(shared: XmlElement, member: XmlElement): string {
  return formatPath({
    kind: 'member',
    instance: textOf(shared, 'instanceIdentifier') ?? '',
    memberClass: textOf(childOf(member, 'memberClass'), 'code') ?? '',
    memberCode: textOf(member, 'memberCode') ?? '',
  })
}
