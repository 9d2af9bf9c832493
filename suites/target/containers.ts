import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type ContainerRuntimeClient, StartedNetwork, type StartedTestContainer } from 'testcontainers'
import type { Bindings } from '../../fixtures/bindings.ts'
import { containerPorts, defaultImage } from '../../fixtures/container-layout.ts'
import { testServicesOf, topologyInContainer } from '../../fixtures/container-topology.ts'
import type { InformationSystem, Topology } from '../../fixtures/topology.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { addressOutside, engineHost, runnerSeenFrom, serversOutside } from './container-bindings.ts'
import {
  connectEngine,
  hostNamesOf,
  refusalOf,
  removeLeftovers,
  removeRun,
  requireImage,
  runLabels,
} from './container-engine.ts'
import { containerFilesOf } from './container-files.ts'
import { freePorts } from './free-ports.ts'
import { defaultKeyCache, type PreparedTarget } from './in-process.ts'
import { SealedContainer } from './sealed-container.ts'

export interface ContainersOptions {
  readonly topology: Topology
  /** Folder that PEM file names of the topology are relative to; the working directory by default. */
  readonly baseFolder?: string
  /** Name of the version profile that the mock follows; the topology's own by default. */
  readonly profile?: string
  /** Accept the profile's wording only. */
  readonly exact?: boolean
  /** `roadworthy:latest` by default. */
  readonly image?: string
  /** Bytes that each container has for bodies of messages that it does not keep in memory; half of the memory by default. */
  readonly room?: number
}

/** A mock exchange layer that runs in containers. */
export interface ContainerTarget extends PreparedTarget {
  readonly control: ControlClient
  /** With the central server and the security servers. */
  readonly exchange: StartedTestContainer
  /** Undefined if the topology has none. */
  readonly testServices: StartedTestContainer | undefined
  readonly network: StartedNetwork
  /** What the containers have said, the last part of it. */
  logs(): string
}

/**
 * Starts the mock in containers on a network of their own: the central server and the security servers in one, known
 * there by the codes of the servers, and the test services in another. Rejects with a MisboundTarget, and leaves nothing
 * behind, if there is no engine, no image or no port.
 */
export async function startContainers(options: ContainersOptions): Promise<ContainerTarget> {
  const client = await connectEngine()
  await requireImage(client, options.image ?? defaultImage)
  await removeLeftovers(client)
  const run = randomUUID()
  try {
    return await startRun(client, run, options)
  } catch (error) {
    await removeRun(client, run)
    throw refusalOf(error) ?? error
  }
}

async function startRun(
  client: ContainerRuntimeClient,
  run: string,
  { topology, baseFolder = '.', exact = false, image = defaultImage, ...rest }: ContainersOptions,
): Promise<ContainerTarget> {
  const profile = rest.profile ?? topology.profile
  const token = randomBytes(24).toString('base64url')
  const inside = topologyInContainer(await withKnownCentralServer(topology), 'environment')
  const keyCache = join(defaultKeyCache, 'containers')
  const hostNames = hostNamesOf(client)
  const files = await containerFilesOf({ topology: inside, baseFolder, keyCache, hostNames, token })
  const network = await startNetwork(client, run)

  const systems = testServicesOf(inside)
  const plan = (role: 'exchange' | 'test-services', aliases: readonly string[]) => {
    const container = new SealedContainer(image, role)
      .withRun(files, { profile, hostNames })
      .withLabels(runLabels(run))
      .withAliases(network, aliases)
    return rest.room === undefined ? container : container.withRoom(rest.room)
  }
  const exchangePlan = {
    container: plan('exchange', exchangeAliases(inside)).withExtraHosts([engineHost]),
    ports: {
      any: runningServers(inside).flatMap(({ listen }) => [listen.http, listen.https, listen.peer]),
      same: portsOf([inside.centralServer]).any,
    },
  }
  const systemsPlan = {
    container: plan(
      'test-services',
      systems.map(({ name }) => name),
    ),
    ports: portsOf(systems),
  }
  const plans = systems.length === 0 ? [exchangePlan] : [exchangePlan, systemsPlan]
  const logs = () => plans.map(({ container }) => container.logs).join('')
  const [exchange, testServices] = await startAll(plans, logs)
  if (exchange === undefined) throw new Error('the container of the exchange layer was not started')

  const control = { url: addressOutside(`http://inside:${containerPorts.control}`, exchange) ?? '', token }
  const { bindings } = await controlClient(control).environment()
  return {
    description: {
      topology,
      bindings: {
        ...bindings,
        servers: serversOutside(bindings.servers, exchange),
        addresses: testServices === undefined ? {} : addressesOutside(systems, testServices),
        control,
        runner: await runnerSeenFrom(network, (id) => client.network.getById(id).inspect()),
      },
      profile,
      exact,
      client: { misbehaviours: [] },
    },
    control: controlClient(control),
    exchange,
    testServices,
    network,
    logs,
    [Symbol.asyncDispose]: () => removeRun(client, run),
  }
}

/** What a central server publishes names its own port; that port has to be the same inside and outside. */
async function withKnownCentralServer(topology: Topology): Promise<Topology> {
  const { listen } = topology.centralServer
  const [http, https] = await freePorts(2)
  const ports = { http: listen.http || (http ?? 0), https: listen.https || (https ?? 0) }
  return { ...topology, centralServer: { ...topology.centralServer, listen: { ...listen, ...ports } } }
}

async function startNetwork(client: ContainerRuntimeClient, run: string): Promise<StartedNetwork> {
  const name = `roadworthy-${run}`
  const network = await client.network.create({ Name: name, Driver: 'bridge', Labels: { ...runLabels(run) } })
  return new StartedNetwork(client, name, network)
}

function runningServers({ servers }: Topology): Topology['servers'] {
  return servers.filter((server) => server.running)
}

function exchangeAliases(topology: Topology): readonly string[] {
  return ['central-server', ...runningServers(topology).map(({ code }) => code)]
}

function addressesOutside(
  systems: readonly InformationSystem[],
  container: StartedTestContainer,
): Bindings['addresses'] {
  return Object.fromEntries(
    systems.flatMap(({ name, listen }) =>
      (['http', 'https'] as const).map((scheme) => {
        return [`${name}.${scheme}`, addressOutside(`${scheme}://inside:${listen[scheme]}`, container) ?? '']
      }),
    ),
  )
}

/** Ports of a container that are published: on any free one, and on the same one. */
interface OpenPorts {
  readonly any: readonly number[]
  readonly same?: readonly number[]
}

interface Plan {
  readonly container: SealedContainer
  readonly ports: OpenPorts
}

function portsOf(listeners: readonly Pick<InformationSystem, 'listen'>[]): OpenPorts {
  return { any: listeners.flatMap(({ listen }) => [listen.http, listen.https]) }
}

/** Starts containers side by side. If one fails, the error says what they have said. */
async function startAll(plans: readonly Plan[], logs: () => string): Promise<StartedTestContainer[]> {
  // Taken all at once, so that no two of them are the same.
  const free = [...(await freePorts(plans.reduce((sum, { ports }) => sum + ports.any.length + 1, 0)))]
  const outcomes = await Promise.allSettled(
    plans.map(({ container, ports }) => {
      const any = [containerPorts.control, ...ports.any]
      return container
        .withExposedPorts(...any.map((inside) => ({ container: inside, host: free.pop() ?? 0 })))
        .withExposedPorts(...(ports.same ?? []).map((port) => ({ container: port, host: port })))
        .start()
    }),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed === undefined) return outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))
  const said = logs()
  if (said === '') throw failed.reason
  throw new Error(`A container did not start: ${(failed.reason as Error).message}\n${said}`, { cause: failed.reason })
}
