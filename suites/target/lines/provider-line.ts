import { formatPath } from '../../../fixtures/identifiers.ts'
import { internalCertificateName } from '../../../fixtures/topology.ts'
import type { Endpoint, Identity } from '../../client/connection.ts'
import { openRawConnection } from '../../client/raw-client.ts'
import type { PlacedService } from '../cast/access.ts'
import type { Scene } from '../cast/scene.ts'
import { NotApplicable } from '../not-applicable.ts'
import type { OpenLine } from './open-line.ts'

/** A connection to an information system itself, in the place of the security server that hosts the service. */
export interface ProviderLine extends OpenLine {
  readonly endpoint: Endpoint
  /** Path and query of the address. */
  readonly path: string
}

/** Where an information system is called: at the address of a service, or where that is described. */
export type ProviderDoor = 'service' | 'description'

/** Prepares a connection to the information system behind a service; it is made when the first request is sent. */
export function connectProvider(placed: PlacedService, door: ProviderDoor, scene: Scene): ProviderLine {
  const service = formatPath(placed.id)
  const bound = scene.bindings.services[service]
  const addresses = {
    service: bound?.url ?? placed.service.url,
    description: bound?.description ?? placed.description.url,
  }
  const url = addressOf(addresses[door], scene)
  if (url === undefined) throw new NotApplicable(`no address of the ${door} is known: ${service}`)
  const over = url.protocol === 'https:' ? 'https' : 'http'
  const trust = bound?.trust ?? listedCertificates(placed, scene)
  const endpoint = { url: url.origin, ...(trust !== undefined && { trust }) }
  const certificate = over === 'https' ? (bound?.certificate ?? internalCertificateName(placed.server)) : 'none'
  const identity = identityOf(certificate, scene)
  const connection = openRawConnection(endpoint, {
    // Zero is no limit at all.
    patience: (placed.service.timeoutSeconds || 60) * 1000,
    ...(identity !== undefined && { identity }),
  })
  return {
    endpoint,
    connection,
    server: url.host,
    over,
    certificate: identity === undefined ? 'none' : certificate,
    path: url.pathname + url.search,
    [Symbol.asyncDispose]: () => connection.close(),
  }
}

/** What a security server trusts a provider by: the certificates that its owner lists, each by itself. */
function listedCertificates({ service, provider }: PlacedService, { bindings }: Scene): string | undefined {
  const listed = provider.certificates.flatMap((name) => bindings.identities[name]?.certificate ?? [])
  return service.verifyTls && listed.length > 0 ? listed.join('\n') : undefined
}

function identityOf(name: string, { bindings }: Scene): Identity | undefined {
  const { certificate, key } = bindings.identities[name] ?? {}
  return certificate === undefined || key === undefined ? undefined : { certificate, key }
}

function addressOf(address: string, { bindings }: Scene): URL | undefined {
  const written = address.replace(
    /\$\{([^}]*)\}/,
    (_, name: string) => bindings.addresses[name]?.replace(/\/$/, '') ?? '',
  )
  return URL.canParse(written) ? new URL(written) : undefined
}
