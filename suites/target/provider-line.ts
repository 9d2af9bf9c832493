import { equalIds, formatPath, type ServiceId } from '../../fixtures/identifiers.ts'
import { openConnection } from '../client/connection.ts'
import { placedServices } from './access.ts'
import { NotApplicable } from './not-applicable.ts'
import type { OpenLine } from './open-line.ts'
import type { Scene } from './scene.ts'

/** A connection to an information system itself, without a security server in between. */
export interface ProviderLine extends OpenLine {
  /** Path and query of the address of the service, without a slash at the end. */
  readonly path: string
  /** The same of its description; empty if that is published elsewhere. */
  readonly descriptionPath: string
}

/** Prepares a connection to the information system behind a service; it is made when the first request is sent. */
export function connectProvider(service: ServiceId, { topology, bindings }: Scene): ProviderLine {
  const placed = placedServices(topology).find(({ id }) => equalIds(id, service))
  const url = addressOf(placed?.service.url, bindings.addresses)
  if (url === undefined) throw new NotApplicable(`the address of ${formatPath(service)} itself is not known`)
  const description = addressOf(placed?.description.url, bindings.addresses)
  const connection = openConnection({ url: url.origin })
  return {
    connection,
    server: url.host,
    over: url.protocol === 'https:' ? 'https' : 'http',
    certificate: 'none',
    path: targetOf(url).replace(/\/$/, ''),
    descriptionPath: description?.origin === url.origin ? targetOf(description) : '',
    [Symbol.asyncDispose]: () => connection.close(),
  }
}

function targetOf({ pathname, search }: URL): string {
  return pathname + search
}

function addressOf(address = '', addresses: Readonly<Record<string, string>>): URL | undefined {
  const written = address.replace(/\$\{([^}]*)\}/, (_, name: string) => addresses[name]?.replace(/\/$/, '') ?? '')
  return URL.canParse(written) ? new URL(written) : undefined
}
