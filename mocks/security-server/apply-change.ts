import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { equalIds, parseClientPath } from '../../fixtures/identifiers.ts'
import {
  clientSchema,
  type TopologyClient,
  type TopologyDescription,
  type TopologyService,
} from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { parseCertificatePem, parseCredential } from '../pki/keystore.ts'
import { importSigningCertificate } from './import-signing-certificate.ts'
import type { ServerState } from './server-configuration.ts'
import { setStatus } from './set-status.ts'

/**
 * The state of a server after an administrator's change; throws a UsageError that says why a change is refused.
 * `authorities` are the approved ones, PEM.
 */
export function applyChange(
  state: ServerState,
  change: ConfigurationChange,
  authorities: readonly string[] = [],
): ServerState {
  switch (change.kind) {
    case 'add-client':
      return addClient(state, clientSchema.parse(change.client))
    case 'delete-client':
      return deleteClient(state, change.client)
    case 'set-client-status':
      return withClient(state, change.client, (client) => setStatus(client, change.status))
    case 'set-connection-type':
      return withClient(state, change.client, (client) => ({ ...client, connectionType: change.connectionType }))
    case 'add-certificate':
      return addCertificate(state, change.client, change.certificate)
    case 'delete-certificate':
      return deleteCertificate(state, change.client, change.sha256)
    case 'set-description-disabled':
      return withDescription(state, change.provider, change.serviceCode, (description) => ({
        ...description,
        disabled: change.disabled,
        notice: change.notice ?? (change.disabled ? 'Out of order' : undefined),
      }))
    case 'set-access-rights':
      return withService(state, change.provider, change.serviceCode, (service) => ({ ...service, allow: change.allow }))
    case 'set-local-group':
      return withClient(state, change.provider, (client) => setLocalGroup(client, change.code, change.members))
    case 'set-service':
      return withService(
        state,
        change.provider,
        change.serviceCode,
        ({ url, timeoutSeconds, verifyTls, ...service }) => ({
          ...service,
          url: change.url ?? url,
          timeoutSeconds: change.timeoutSeconds ?? timeoutSeconds,
          verifyTls: change.verifyTls ?? verifyTls,
        }),
      )
    case 'set-settings':
      return {
        ...state,
        server: { ...state.server, settings: { ...state.server.settings, ...definedOnly(change.settings) } },
      }
    case 'set-internal-certificate':
      return {
        ...state,
        internalCertificate: {
          name: 'internal',
          ...parseCredential(change.certificate, change.key, 'the field "certificate"', 'the field "key"'),
        },
      }
    case 'import-signing-certificate':
      return importSigningCertificate(state, change.certificate, authorities)
    default:
      throw new UsageError(`no such change: ${(change satisfies never as { kind: string }).kind}`)
  }
}

function addClient(state: ServerState, client: TopologyClient): ServerState {
  if (state.server.clients.some((one) => samePath(one.id, client.id))) {
    throw new UsageError(`client ${client.id} exists already on ${state.server.code}; change it, or delete it first`)
  }
  const unknown = client.certificates.find((name) => !state.certificates.has(name))
  if (unknown !== undefined) {
    throw new UsageError(
      `no certificate is called "${unknown}"; add the client without it, then add-certificate as PEM`,
    )
  }
  return { ...state, server: { ...state.server, clients: [...state.server.clients, client] } }
}

/** A registered client must be unregistered first; with the client go its services, rights and certificates (STATE-06, STATE-08). */
function deleteClient(state: ServerState, path: string): ServerState {
  const client = findClient(state, path)
  if (client.status === 'registered') {
    throw new UsageError(`client ${client.id} is registered; unregister it before you delete it`)
  }
  return { ...state, server: { ...state.server, clients: state.server.clients.filter((one) => one !== client) } }
}

function addCertificate(state: ServerState, path: string, pem: string): ServerState {
  const certificate = parseCertificatePem(pem, `the certificate for ${path}`)
  const existing = [...state.certificates.values()].find((one) => one.sha256 === certificate.sha256)
  const name = existing?.name ?? certificate.sha256
  const certificates = new Map(state.certificates).set(name, existing ?? { name, ...certificate })
  return withClient({ ...state, certificates }, path, (client) => {
    if (client.certificates.includes(name)) throw new UsageError(`${client.id} lists this certificate already`)
    return { ...client, certificates: [...client.certificates, name] }
  })
}

function deleteCertificate(state: ServerState, path: string, sha256: string): ServerState {
  return withClient(state, path, (client) => {
    const kept = client.certificates.filter((name) => state.certificates.get(name)?.sha256 !== sha256.toLowerCase())
    if (kept.length === client.certificates.length) {
      throw new UsageError(`${client.id} lists no certificate with the SHA-256 ${sha256}`)
    }
    return { ...client, certificates: kept }
  })
}

function setLocalGroup(client: TopologyClient, code: string, members: readonly string[] | undefined): TopologyClient {
  const others = client.localGroups.filter((group) => group.code !== code)
  const wrong = members?.find((path) => parseClientPath(path) === undefined)
  if (wrong !== undefined) {
    throw new UsageError(`"${wrong}" is no client; write INSTANCE/CLASS/MEMBER or INSTANCE/CLASS/MEMBER/SUBSYSTEM`)
  }
  if (members !== undefined) return { ...client, localGroups: [...others, { code, members: [...members] }] }
  const withoutGroup = (service: TopologyService): TopologyService => ({
    ...service,
    allow: service.allow
      .map((right) => ({
        ...right,
        subjects: right.subjects.filter((subject) => !('localGroup' in subject && subject.localGroup === code)),
      }))
      .filter((right) => right.subjects.length > 0),
  })
  const descriptions = client.descriptions.map((description) => ({
    ...description,
    services: description.services.map(withoutGroup),
  }))
  return { ...client, localGroups: others, descriptions }
}

function withClient(state: ServerState, path: string, change: (client: TopologyClient) => TopologyClient): ServerState {
  const target = findClient(state, path)
  const clients = state.server.clients.map((client) => (client === target ? change(client) : client))
  return { ...state, server: { ...state.server, clients } }
}

function withDescription(
  state: ServerState,
  provider: string,
  serviceCode: string,
  change: (description: TopologyDescription) => TopologyDescription,
): ServerState {
  return withClient(state, provider, (client) => {
    const has = (description: TopologyDescription) =>
      description.services.some((service) => service.code === serviceCode)
    if (!client.descriptions.some(has)) throw new UsageError(`${client.id} has no service "${serviceCode}"`)
    return { ...client, descriptions: client.descriptions.map((one) => (has(one) ? change(one) : one)) }
  })
}

function withService(
  state: ServerState,
  provider: string,
  serviceCode: string,
  change: (service: TopologyService) => TopologyService,
): ServerState {
  return withDescription(state, provider, serviceCode, (description) => ({
    ...description,
    services: description.services.map((service) => (service.code === serviceCode ? change(service) : service)),
  }))
}

function findClient(state: ServerState, path: string): TopologyClient {
  const client = state.server.clients.find((one) => samePath(one.id, path))
  if (client !== undefined) return client
  const known = state.server.clients.map((one) => one.id).join(', ')
  throw new UsageError(`${state.server.code} has no client ${path}; it has ${known}`)
}

/** Whether two paths name the same client, however they are percent-encoded. */
function samePath(a: string, b: string): boolean {
  const [one, other] = [parseClientPath(a), parseClientPath(b)]
  return one !== undefined && other !== undefined && equalIds(one, other)
}

function definedOnly<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
