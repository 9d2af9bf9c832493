import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type ContainerRuntimeClient, StartedNetwork, type StartedTestContainer } from 'testcontainers'
import type { Bindings } from '../../fixtures/bindings.ts'
import { type ContainerRole, centralServerName, containerPorts, defaultImage } from '../../fixtures/container-layout.ts'
import { ownInformationSystems, testServicesOf, topologyInContainer } from '../../fixtures/container-topology.ts'
import type { InformationSystem, Topology } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { addressOutside, engineHost, runnerSeenFrom, serverOutside } from './container-bindings.ts'
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
import { EndedContainer } from './container-health.ts'
import { freePorts } from './free-ports.ts'
import { defaultKeyCache, type PreparedTarget } from './in-process.ts'
import { SealedContainer } from './sealed-container.ts'
import { MisboundTarget } from './smoke.ts'

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
  /** A security server whose clock is wrong: its code, by how much (`+1h`), and where libfaketime is on this machine. */
  readonly skewed?: { readonly server: string; readonly offset: string; readonly library: string }
}

/** A mock exchange layer that runs in containers. */
export interface ContainerTarget extends PreparedTarget {
  readonly control: ControlClient
  readonly centralServer: StartedTestContainer
  /** By server code. */
  readonly servers: ReadonlyMap<string, StartedTestContainer>
  /** With the test services and the scripted systems; undefined if the topology has none. */
  readonly informationSystems: StartedTestContainer | undefined
  readonly network: StartedNetwork
  /** What the containers have said, the last part of it. */
  logs(): string
}

/**
 * Starts the mock in containers on a network of their own: the central server, every security server, known there by its
 * code and its address, and the information systems. Rejects with a MisboundTarget, and leaves nothing behind, if there
 * is no engine, no image or no port.
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
  const known = await withKnownCentralServer(topology)
  const inside = topologyInContainer(known, 'information-systems')
  const keyCache = join(defaultKeyCache, 'containers')
  const hostNames = hostNamesOf(client)
  const files = await containerFilesOf({ topology: known, baseFolder, keyCache, hostNames, token })
  const network = await startNetwork(client, run)

  const seal = (role: ContainerRole, aliases: readonly string[]) => {
    const container = new SealedContainer(image, role)
      .withRun(files, { profile, hostNames })
      .withLabels(runLabels(run))
      .withAliases(network, aliases)
    return rest.room === undefined ? container : container.withRoom(rest.room)
  }
  const skew = (code: string, container: SealedContainer) =>
    rest.skewed?.server === code ? container.withClock(rest.skewed.offset, rest.skewed.library) : container
  const systems = ownInformationSystems(inside)
  const plans = {
    centralServer: {
      container: seal('central-server', [centralServerName]).withExtraHosts([engineHost]),
      ports: { same: portsOf([inside.centralServer]) },
    },
    servers: inside.servers
      .filter(({ running }) => running)
      .map(({ code, address = code, listen }) => ({
        container: skew(
          code,
          seal('security-server', [...new Set([code, address])])
            .withServer(code)
            .withExtraHosts([engineHost]),
        ),
        ports: { any: [listen.http, listen.https, listen.peer] },
      })),
    informationSystems:
      systems.length === 0
        ? []
        : [
            {
              container: seal(
                'information-systems',
                systems.map(({ name }) => name),
              ),
              ports: { any: portsOf(testServicesOf(inside)) },
            },
          ],
  }
  const all = [plans.centralServer, ...plans.servers, ...plans.informationSystems]
  const logs = () => all.map(({ container }) => container.logs).join('')
  const [centralServer, ...others] = await startAll(all, logs)
  if (centralServer === undefined) throw new Error('the container of the central server was not started')
  const codes = inside.servers.filter(({ running }) => running).map(({ code }) => code)
  const servers = new Map(others.slice(0, codes.length).map((container, index) => [codes[index] ?? '', container]))
  const informationSystems = others.at(codes.length)

  const control = { url: addressOutside(`http://inside:${containerPorts.control}`, centralServer) ?? '', token }
  const { bindings } = await controlClient(control).environment()
  return {
    description: {
      topology,
      bindings: {
        ...bindings,
        servers: Object.fromEntries(
          [...servers].map(([code, container]) => [code, serverOutside(bindings.servers[code] ?? {}, container)]),
        ),
        addresses: informationSystems === undefined ? {} : addressesOutside(testServicesOf(inside), informationSystems),
        control,
        runner: await runnerSeenFrom(network, (id) => client.network.getById(id).inspect()),
      },
      profile,
      exact,
      client: { misbehaviours: [] },
    },
    control: controlClient(control),
    centralServer,
    servers,
    informationSystems,
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
  readonly any?: readonly number[]
  readonly same?: readonly number[]
}

interface Plan {
  readonly container: SealedContainer
  readonly ports: OpenPorts
}

function portsOf(listeners: readonly { readonly listen: Topology['centralServer']['listen'] }[]): readonly number[] {
  return listeners.flatMap(({ listen }) => [listen.http, listen.https])
}

/** How a container ends whose operator has made a mistake. */
const usageExit = 2

/** Starts containers side by side. If one fails, the error says what they have said. */
async function startAll(plans: readonly Plan[], logs: () => string): Promise<StartedTestContainer[]> {
  // Taken all at once, so that no two of them are the same.
  const free = [...(await freePorts(plans.reduce((sum, { ports }) => sum + (ports.any?.length ?? 0) + 1, 0)))]
  const outcomes = await Promise.allSettled(
    plans.map(({ container, ports }) => {
      const any = [containerPorts.control, ...(ports.any ?? [])]
      return container
        .withExposedPorts(...any.map((inside) => ({ container: inside, host: free.pop() ?? 0 })))
        .withExposedPorts(...(ports.same ?? []).map((port) => ({ container: port, host: port })))
        .start()
    }),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed === undefined) return outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []))
  const { reason } = failed as PromiseRejectedResult
  // Its own sentence about a mistake in the topology, or in what it was started with.
  if (reason instanceof EndedContainer && reason.exitCode === usageExit)
    throw new UsageError(`A container says: ${reason.said.trim()}`)
  const said = reason instanceof EndedContainer ? reason.said : logs()
  if (said === '') throw reason
  throw new MisboundTarget(`A container did not start: ${(reason as Error).message}\n${said}`, { cause: reason })
}
