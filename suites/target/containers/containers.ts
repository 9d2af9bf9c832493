import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  type ContainerRuntimeClient,
  getReaper,
  LABEL_TESTCONTAINERS_SESSION_ID,
  StartedNetwork,
  type StartedTestContainer,
} from 'testcontainers'
import type { Bindings } from '../../../fixtures/bindings.ts'
import { type ContainerRole, containerPorts, defaultImage } from '../../../fixtures/container-layout.ts'
import { testServicesOf, topologyInContainer } from '../../../fixtures/container-topology.ts'
import type { InformationSystem, Topology } from '../../../fixtures/topology.ts'
import { type ControlClient, controlClient } from '../../client/control-client.ts'
import type { PreparedTarget } from '../in-process.ts'
import { keyCacheFolder } from '../key-cache-folder.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { addressOutside, runnerSeenFrom, serverOutside } from './container-bindings.ts'
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
import { containerParts, type SkewedClock, startParts } from './container-parts.ts'
import { freePorts } from './free-ports.ts'

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
  readonly skewed?: SkewedClock
  /** Ends the start early: the promise is rejected with its reason, when what was started has been removed. */
  readonly signal?: AbortSignal
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
  const { image = defaultImage, signal = new AbortController().signal } = options
  // An engine may keep everybody waiting, and nothing has been started yet.
  const client = await unlessAborted(() => readyEngine(image), signal)
  const run = randomUUID()
  try {
    return await startRun(client, run, options)
  } catch (error) {
    await removeRun(client, run)
    throw refusalOf(error) ?? error
  }
}

async function readyEngine(image: string): Promise<ContainerRuntimeClient> {
  const client = await connectEngine()
  await requireImage(client, image, 'ROADWORTHY_IMAGE')
  await removeLeftovers(client)
  return client
}

async function startRun(
  client: ContainerRuntimeClient,
  run: string,
  { topology, baseFolder = '.', exact = false, image = defaultImage, ...rest }: ContainersOptions,
): Promise<ContainerTarget> {
  const { room, skewed, signal } = rest
  const profile = rest.profile ?? topology.profile
  const token = randomBytes(24).toString('base64url')
  const known = await withKnownCentralServer(topology)
  const inside = topologyInContainer(known, 'information-systems')
  const keyCache = join(keyCacheFolder(), 'containers')
  const hostNames = hostNamesOf(client)
  const files = await containerFilesOf({ topology: known, baseFolder, keyCache, hostNames, token })
  signal?.throwIfAborted()
  const network = await startNetwork(client, run)

  const parts = containerParts({ image, id: run, topology: inside, profile, hostNames, files, network, room, skewed })
  const logs = () => parts.map(({ container }) => container.logs).join('')
  const started = await startParts(parts, logs, signal)
  const startedAs = (wanted: ContainerRole) => started.find(({ role }) => role === wanted)?.started
  const centralServer = startedAs('central-server')
  if (centralServer === undefined) throw new Error('the central server was not started')
  const informationSystems = startedAs('information-systems')
  const servers = new Map(
    started.flatMap(({ code, started }) => (code === undefined ? [] : [[code, started] as const])),
  )

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

/** What a central server publishes names its own ports; those have to be the same inside and outside. */
async function withKnownCentralServer(topology: Topology): Promise<Topology> {
  const { listen } = topology.centralServer
  const [http = 0, https = 0, registration = 0] = await freePorts(3)
  const ports = {
    http: listen.http || http,
    https: listen.https || https,
    registration: listen.registration || registration,
  }
  return { ...topology, centralServer: { ...topology.centralServer, listen: { ...listen, ...ports } } }
}

/** Where the library's reaper runs, it removes the network of a killed run as it does the containers. */
async function startNetwork(client: ContainerRuntimeClient, run: string): Promise<StartedNetwork> {
  const name = `roadworthy-${run}`
  const { sessionId } = await getReaper(client)
  const labels = { ...runLabels(run), [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId }
  const network = await client.network.create({ Name: name, Driver: 'bridge', Labels: labels })
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
