import { encodePathPart } from '../fixtures/identifiers.ts'
import type { RunningEnvironment } from '../mocks/environment.ts'
import { managementPaths } from '../mocks/management-services/management-paths.ts'
import { certificateFile, keyFile, serverCertificateFile } from './credential-files.ts'
import { type ExampleCall, exampleCalls } from './example-calls.ts'

/** What `up` prints, for people and for programs: who is where, and how to call. */
export interface EnvironmentListing {
  readonly profile: string
  /** Folder of the certificates and keys. */
  readonly directory: string
  /** By code. */
  readonly servers: Readonly<Record<string, ListedServer>>
  /** Of the central server: where its anchor is downloaded, by source. */
  readonly centralServer: {
    readonly http: string
    readonly https: string
    readonly internalAnchor: string
    readonly externalAnchor: string
    /** Where authentication certificates are registered, and where the management services are. */
    readonly registration: string
    readonly management: string
  }
  /** The approved services that the global configuration lists. */
  readonly trustServices: RunningEnvironment['centralServer']['trustUrl']
  readonly clients: readonly ListedClient[]
  readonly services: readonly ListedService[]
  readonly examples: readonly ExampleCall[]
}

interface ListedServer {
  readonly http: string
  readonly https: string
  /** File of the server's internal certificate. */
  readonly certificate: string
}

interface ListedClient {
  readonly id: string
  readonly server: string
  readonly status: string
  readonly connectionType: string
  readonly certificates: readonly ListedCertificate[]
}

/** Files of a certificate and of its key, if the key is known. */
interface ListedCertificate {
  readonly name: string
  readonly certificate: string
  readonly key?: string
}

interface ListedService {
  readonly id: string
  readonly provider: string
  readonly server: string
  readonly type: 'REST' | 'SOAP'
}

/** Lists what an environment offers, with the files in which its certificates and keys stand. */
export function listEnvironment(environment: RunningEnvironment, directory: string): EnvironmentListing {
  const { topology, bindings, certificates, profile } = environment
  const servers = Object.entries(bindings.servers).map(([code, { http = '', https = '' }]) => {
    return [code, { http, https, certificate: serverCertificateFile(directory, code) }] as const
  })
  const running = topology.servers.filter((server) => bindings.servers[server.code] !== undefined)
  const clients = running.flatMap((server) =>
    server.clients.map(({ id, status, connectionType, certificates: names }) => ({
      id,
      server: server.code,
      status,
      connectionType,
      certificates: names.map((name) => ({
        name,
        certificate: certificateFile(directory, name),
        ...(certificates.get(name)?.key === undefined ? {} : { key: keyFile(directory, name) }),
      })),
    })),
  )
  const services = running.flatMap((server) =>
    server.clients.flatMap((client) =>
      client.descriptions.flatMap(({ type, services: offered }) =>
        offered.map(({ code, version }) => ({
          id: [client.id, ...[code, version].filter((part) => part !== undefined).map(encodePathPart)].join('/'),
          provider: client.id,
          server: server.code,
          type: type === 'WSDL' ? ('SOAP' as const) : ('REST' as const),
        })),
      ),
    ),
  )
  const examples = exampleCalls(environment, directory)
  const { httpUrl, httpsUrl, registrationUrl, managementUrl, anchorUrl, trustUrl } = environment.centralServer
  const centralServer = {
    http: httpUrl,
    https: httpsUrl,
    internalAnchor: anchorUrl.internal,
    externalAnchor: anchorUrl.external,
    registration: registrationUrl + managementPaths.registration,
    management: managementUrl + managementPaths.management,
  }
  const trustServices = trustUrl
  return {
    profile,
    directory,
    servers: Object.fromEntries(servers),
    centralServer,
    trustServices,
    clients,
    services,
    examples,
  }
}
