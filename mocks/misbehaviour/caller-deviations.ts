import type { RawHeader } from '../../fixtures/exchange.ts'
import { type ClientId, formatPath, memberOf, parseClientPath } from '../../fixtures/identifiers.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import { headerValues, isHeader } from '../message/raw-headers.ts'
import type { Deviations } from './deviation.ts'

/** Connections whose first caller passed, for a server that decides only once. */
const acceptedConnections = new WeakSet<object>()

/** Misbehaviours in finding out who is calling, and when that is decided. */
export const callerDeviations: Deviations = {
  'list-clients-to-certificates-only': () => ({ mayListClients: (caller) => caller?.certificate !== undefined }),
  'decide-once-per-connection': (faithful) => ({
    verifyCaller(status, authentication, connection) {
      if (acceptedConnections.has(connection)) return status()
      const refusal = faithful.verifyCaller(status, authentication, connection)
      if (refusal === undefined) acceptedConnections.add(connection)
      return refusal
    },
  }),
  'skip-status-check': (faithful) => ({
    isRegistered: () => true,
    verifyPeer(client, ...rest) {
      const path = formatPath(client)
      const [, global] = rest
      if (global.servers.some(({ clients }) => clients.has(path))) faithful.verifyPeer(client, ...rest)
    },
  }),
  'authenticate-before-status': () => ({
    verifyCaller: (status, authentication) => authentication() ?? status(),
  }),
  'route-before-authentication': () => ({
    admit(verify, locate, serviceExists) {
      serviceExists()
      verify()
      return locate()
    },
  }),
  'trust-forwarded-headers': (faithful) => ({
    identify(tls, head, connection) {
      const identity = faithful.identify(tls, head, connection)
      const [protocol] = headerValues(head.headers, 'x-forwarded-proto')
      return identity ?? (protocol === 'https' ? forwardedIdentity : undefined)
    },
  }),
  'first-client-header-wins': () => ({ restHeaders: (headers) => firstClientLast(headers) }),
  'ignore-letter-case-of-clients': (faithful) => ({
    findClient(configuration, id) {
      const path = formatPath(id).toLowerCase()
      return (
        faithful.findClient(configuration, id) ?? configuration.clients.find((one) => one.path.toLowerCase() === path)
      )
    },
  }),
  'subsystems-inherit-from-member': (faithful) => ({
    findClient(configuration, id) {
      const client = faithful.findClient(configuration, id)
      if (client?.status === 'registered') return client
      return configuration.client(memberOf(id)) ?? client
    },
  }),
  'refuse-members': (faithful) => ({
    findClient: (configuration, id) => (id.kind === 'member' ? undefined : faithful.findClient(configuration, id)),
  }),
  'client-from-http-header': (faithful) => ({
    soapClient(message, head): ClientId {
      const [header] = headerValues(head.headers, 'x-road-client')
      return (header && parseClientPath(header)) || faithful.soapClient(message, head)
    },
  }),
}

const forwardedIdentity: TlsIdentity = {
  protocol: 'TLSv1.2',
  suite: 'forwarded',
  serverName: undefined,
  certificate: undefined,
}

function firstClientLast(headers: readonly RawHeader[]): readonly RawHeader[] {
  const clients = headers.filter((header) => isHeader(header, 'x-road-client'))
  if (clients.length < 2) return headers
  return [...headers.filter((header) => !isHeader(header, 'x-road-client')), ...clients.reverse()]
}
