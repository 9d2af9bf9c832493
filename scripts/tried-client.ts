import { join } from 'node:path'
import { parseClientPath } from '../fixtures/identifiers.ts'
import { nearestName } from '../fixtures/nearest-name.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { trustedBy } from '../mocks/client-recording/record-client.ts'
import type { RunningEnvironment } from '../mocks/environment.ts'
import { certificateFile, keyFile } from './credential-files.ts'
import { writePrivateFile } from './private-files.ts'

/** The client of the topology that an information system under test is, and how that is told to its command. */
export interface TriedClient {
  readonly id: string
  readonly variables: Readonly<Record<string, string>>
}

/** What each variable tells; they name files where it is PEM. */
export const clientVariables = {
  ROADWORTHY_CLIENT: 'the client that you are, as X-Road-Client names it',
  ROADWORTHY_HTTPS_URL: 'where your security server takes calls',
  ROADWORTHY_HTTP_URL: 'the same without TLS',
  ROADWORTHY_TRUST: 'file of the certificates of servers to trust (PEM)',
  ROADWORTHY_CERTIFICATE: 'file of your own certificate (PEM), if you have one',
  ROADWORTHY_KEY: 'file of its key (PEM)',
} as const

/**
 * The client of that path, or else the first subsystem that is registered and has a certificate. Writes what it shall trust to
 * the folder, where its own certificate and key stand already. Throws a UsageError if there is no such client.
 */
export function findTriedClient(environment: RunningEnvironment, directory: string, path?: string): TriedClient {
  const { topology, bindings, certificates } = environment
  const clients = topology.servers.flatMap(({ code, clients: its }) => {
    const server = bindings.servers[code]
    return server === undefined ? [] : its.map((client) => ({ client, server }))
  })
  const own = (names: readonly string[]) => names.find((name) => certificates.get(name)?.key !== undefined)
  const first = clients.find(
    ({ client: { id, status, certificates: names } }) =>
      parseClientPath(id)?.kind === 'subsystem' && status === 'registered' && own(names) !== undefined,
  )
  const found = path === undefined ? (first ?? clients[0]) : clients.find(({ client }) => client.id === path)
  if (found === undefined)
    throw new UsageError(
      unknown(
        path,
        clients.map(({ client }) => client.id),
      ),
    )
  const { client, server } = found
  const trust = join(directory, 'trust.crt.pem')
  writePrivateFile(trust, trustedBy(environment).join(''))
  const name = own(client.certificates)
  const variables: Partial<Record<keyof typeof clientVariables, string>> = {
    ROADWORTHY_CLIENT: client.id,
    ...(server.https !== undefined && { ROADWORTHY_HTTPS_URL: byName(server.https) }),
    ...(server.http !== undefined && { ROADWORTHY_HTTP_URL: byName(server.http) }),
    ROADWORTHY_TRUST: trust,
    ...(name !== undefined && {
      ROADWORTHY_CERTIFICATE: certificateFile(directory, name),
      ROADWORTHY_KEY: keyFile(directory, name),
    }),
  }
  return { id: client.id, variables }
}

/** The address by a name that stands in the internal certificate. */
function byName(url: string): string {
  return url.replace('//127.0.0.1', '//localhost').replace('//[::1]', '//localhost')
}

function unknown(path: string | undefined, known: readonly string[]): string {
  if (path === undefined) return 'the topology has no client; add one below the clients of a server'
  const nearest = nearestName(path, known)
  return `the topology has no client "${path}" on a server that runs; write ${nearest ?? known.slice(0, 3).join(' or ')}`
}
