import { connect } from 'node:net'
import { clientIdOf, formatPath } from '../../fixtures/identifiers.ts'
import type { TopologyClient } from '../../fixtures/topology.ts'
import { plainHost } from '../../fixtures/url-host.ts'
import { openConnection } from '../client/connection.ts'
import { describeSeen } from '../observe/describe.ts'
import { parseFault } from '../observe/fault.ts'
import { distrusted } from '../observe/handshake.ts'
import { type PlacedService, placedServices } from './cast/access.ts'
import { connectTo } from './connect-to.ts'
import { NotApplicable } from './not-applicable.ts'
import type { Protocol } from './protocol.ts'
import type { Target } from './target.ts'
import type { TargetDescription } from './target-description.ts'

/** The target cannot be judged: it is not there, or not what topology and bindings say. One sentence; exit code 3. */
export class MisboundTarget extends Error {
  override readonly name = 'MisboundTarget'
}

/**
 * Makes sure that what will be judged is the server and not a mistake in the bindings: every address answers, every
 * internal certificate is the trusted one, and the server knows every client that is said to be registered there, by the
 * certificate that is bound. Information systems that are judged by themselves answer, and are trusted, likewise. Throws
 * a MisboundTarget otherwise.
 */
export async function smoke(description: TargetDescription): Promise<void> {
  const { bindings, topology } = description
  await Promise.all(
    Object.entries(bindings.servers).flatMap(([code, { http, https, trust }]) => [
      ...(http === undefined ? [] : [reach(code, http)]),
      ...(https === undefined
        ? []
        : [reach(code, https).then(() => trustServer(code, https, trust, 'internal certificate'))]),
    ]),
  )
  const open = connectTo(description)
  const target = open()
  const judged = placedServices(topology).filter(({ id }) => bindings.services[formatPath(id)] !== undefined)
  await Promise.all(judged.map((service) => reachProvider(target, service)))
  if (Object.keys(bindings.servers).length > 0) await introduceClients(description, open, target)
}

/** Lets every registered client of the consumers' server make one call. */
async function introduceClients({ bindings, topology }: TargetDescription, open: () => Target, target: Target) {
  const server = topology.servers.find((one) => one.code === target.server)
  const clients = server?.clients.filter((client) => client.status === 'registered') ?? []
  const protocol = callableProtocol(target)
  if (protocol === undefined)
    throw new MisboundTarget('The topology has no test service, rest-test or getRandom, to call.')
  const addresses = bindings.servers[target.server] ?? {}
  const over = (client: TopologyClient) =>
    addresses.https === undefined && client.connectionType === 'HTTP' ? 'http' : 'https'
  const reachable = clients.filter((client) => addresses[over(client)] !== undefined)
  await Promise.all(reachable.map((client) => introduce(open(), client, protocol, over(client))))
}

function reach(code: string, url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: plainHost(hostname),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    })
    const fail = (why: string) =>
      reject(
        new MisboundTarget(
          `Nothing answers at ${url}, the address of ${code} (${why}): start the server or correct the bindings.`,
        ),
      )
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s')))
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}

async function trustServer(
  code: string,
  url: string,
  trust: string | undefined,
  certificate: 'internal certificate' | 'certificate',
): Promise<void> {
  await using connection = openConnection({ url, ...(trust !== undefined && { trust }) })
  const answer = await connection.send({ method: 'GET', path: '/', headers: [] })
  if (answer.kind === 'handshake-refused' && answer.stage === 'client') {
    const remedy =
      answer.alert === distrusted
        ? `Export the ${certificate} of ${code} anew, and name it as trustFile in the bindings.`
        : 'Correct the server or the bindings.'
    throw new MisboundTarget(`The TLS connection to ${url} of ${code} fails on our side: ${answer.alert}. ${remedy}`)
  }
}

async function reachProvider(target: Target, service: PlacedService): Promise<void> {
  await using line = target.provider(service)
  const { url, trust } = line.endpoint
  const id = formatPath(service.id)
  await reach(id, url)
  if (line.over === 'https') await trustServer(id, url, trust, 'certificate')
}

function callableProtocol(target: Target): Protocol | undefined {
  return (['rest', 'soap'] as const).find((protocol) => {
    try {
      return target.service('random', protocol)
    } catch (error) {
      if (error instanceof NotApplicable) return false
      throw error
    }
  })
}

/** One call as a client is meant to make it. Whatever else is wrong with the answer is for the scenarios to judge. */
async function introduce(
  target: Target,
  { id, connectionType, certificates }: TopologyClient,
  protocol: Protocol,
  over: 'http' | 'https',
): Promise<void> {
  const certificate = certificates[0]
  if (connectionType === 'HTTPS' && (certificate === undefined || !target.isGood(certificate))) return
  const client = clientIdOf(id)
  const seen = await target.ask(protocol, target.service('random', protocol), { client, over })
  if (seen.kind !== 'response') {
    throw new MisboundTarget(`A first call as ${id} came to nothing. ${describeSeen(seen)}`)
  }
  const reason = parseFault(seen)?.meaning?.path.at(-1)
  if (reason === 'unknownMember' && parseFault(seen)?.message.startsWith('Client ')) {
    throw new MisboundTarget(`The server does not know ${id}: register the client there or correct the topology.`)
  }
  if (reason === 'sslAuthenticationFailed' && connectionType === 'HTTPS') {
    throw new MisboundTarget(
      `The server does not accept ${id} with the certificate ${certificate}: list it there or correct the bindings.`,
    )
  }
}
