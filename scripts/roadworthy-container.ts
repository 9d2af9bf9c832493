import { randomBytes, randomUUID } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import { AbstractStartedContainer, type StartedTestContainer } from 'testcontainers'
import type { Bindings, IdentityBinding } from '../fixtures/bindings.ts'
import { checkTopology } from '../fixtures/check-topology.ts'
import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import type { Connection } from '../fixtures/connection.ts'
import { containerPorts, containerVariables, defaultImage } from '../fixtures/container-layout.ts'
import { topologyInContainer } from '../fixtures/container-topology.ts'
import type { Exchange } from '../fixtures/exchange.ts'
import type { Topology, TopologyInput } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { type ControlClient, controlClient } from '../suites/client/control-client.ts'
import { addressOutside, engineHost, serversOutside } from '../suites/target/containers/container-bindings.ts'
import {
  connectEngine,
  hostNamesOf,
  refusalOf,
  removeLeftovers,
  removeRun,
  requireImage,
  runLabels,
} from '../suites/target/containers/container-engine.ts'
import { containerFilesOf } from '../suites/target/containers/container-files.ts'
import { whyNotStarted } from '../suites/target/containers/container-parts.ts'
import { freePorts } from '../suites/target/containers/free-ports.ts'
import { SealedContainer } from '../suites/target/containers/sealed-container.ts'
import { keyCacheFolder } from '../suites/target/key-cache-folder.ts'
import { defaultTopologyFile } from './package-facts.ts'
import { readTopologyFile } from './topology-file.ts'

/**
 * A mock exchange layer in a container of its own, for tests that start their machines with testcontainers. (A class, as
 * that library has it.)
 *
 * @example
 * await using layer = await new RoadworthyContainer().withTopology('ours.yaml').start()
 * const answer = await call(layer.consumerUrl(), layer.certificates()['our-client'])
 */
export class RoadworthyContainer extends SealedContainer {
  private topology: Topology | undefined
  private baseFolder = '.'
  private profile: string | undefined
  private readonly addresses = new Map<string, string>()
  private readonly listed: ListedCertificate[] = []

  constructor(image: string = defaultImage) {
    super(image, 'environment')
  }

  /** A YAML file (PEM files in it are relative to it), or the same as an object; fi-dev by default. */
  withTopology(topology: string | TopologyInput): this {
    this.topology = typeof topology === 'string' ? readTopologyFile(topology) : validTopology(topology)
    this.baseFolder = typeof topology === 'string' ? dirname(resolve(topology)) : '.'
    return this
  }

  /** Name of the version profile, such as `7.7`; the topology's own by default. */
  withProfile(profile: string): this {
    this.profile = profile
    return this
  }

  /** Lists a certificate (PEM) for a client, named by path, on every server that hosts it; the key stays with you. */
  withClientCertificate(client: string, certificate: string): this {
    this.listed.push({ client, certificate })
    return this
  }

  /**
   * The address of an information system that the topology calls external, as the container sees it:
   * `withAddress('ours.http', 'http://host.docker.internal:8000')`.
   */
  withAddress(name: string, url: string): this {
    this.addresses.set(name, url)
    return this
  }

  /**
   * Rejects with one sentence if there is no engine or no image, if a certificate cannot be listed, or if the container
   * says that something is set wrongly: that one is a UsageError.
   */
  override async start(): Promise<StartedRoadworthyContainer> {
    const client = await connectEngine()
    await requireImage(client, this.imageName.string, 'new RoadworthyContainer(…)')
    await removeLeftovers(client)
    const original = this.topology ?? readTopologyFile(defaultTopologyFile())
    const topology = topologyInContainer(original, 'environment')
    const token = randomBytes(24).toString('base64url')
    const keyCache = join(keyCacheFolder(), 'containers')
    const hostNames = hostNamesOf(client)
    const files = await containerFilesOf({
      topology: original,
      baseFolder: this.baseFolder,
      keyCache,
      hostNames,
      token,
    })
    const addresses = [...this.addresses].map(([name, url]) => `${name}=${url}`).join(' ')
    const ports = openPorts(topology)
    const free = await freePorts(ports.length)
    const run = randomUUID()
    this.withRun(files, { profile: this.profile ?? topology.profile, hostNames })
      .withEnvironment({ [containerVariables.addresses]: addresses })
      .withLabels(runLabels(run))
      .withExtraHosts([engineHost])
      .withExposedPorts(...ports.map((container, index) => ({ container, host: free[index] ?? 0 })))
    const container = await super.start().catch(async (error: Error) => {
      await removeRun(client, run)
      throw refusalOf(error) ?? whyNotStarted(error, () => this.logs)
    })
    try {
      const control = { url: addressOutside(`http://inside:${containerPorts.control}`, container) ?? '', token }
      const { bindings } = await controlClient(control).environment()
      const outside = { ...bindings, servers: serversOutside(bindings.servers, container), control }
      await listCertificates(topology, this.listed, controlClient(control))
      return new StartedRoadworthyContainer(container, outside)
    } catch (error) {
      await container.stop()
      throw error
    }
  }
}

/** A mock exchange layer that runs in a container; disposing of it stops and removes the container. */
export class StartedRoadworthyContainer extends AbstractStartedContainer {
  /** Addresses of every server, certificates and keys, the control interface. */
  readonly bindings: ControlledBindings
  private readonly control: ControlClient

  constructor(container: StartedTestContainer, bindings: ControlledBindings) {
    super(container)
    this.bindings = bindings
    this.control = controlClient(bindings.control)
  }

  /** Where information systems call a security server: the first of the topology over HTTPS, unless told otherwise. */
  consumerUrl({ server, over = 'https' }: { readonly server?: string; readonly over?: 'http' | 'https' } = {}): string {
    const code = server ?? Object.keys(this.bindings.servers)[0] ?? ''
    const url = this.bindings.servers[code]?.[over]
    if (url !== undefined) return url
    throw new UsageError(`no server ${code} runs; write one of ${Object.keys(this.bindings.servers).join(', ')}`)
  }

  /** Every certificate of the topology with its key, PEM, by name; and under the code of a server the one to trust. */
  certificates(): Readonly<Record<string, IdentityBinding>> {
    const trusted = Object.entries(this.bindings.servers).map(([code, { trust = '' }]) => [
      code,
      { certificate: trust },
    ])
    return { ...this.bindings.identities, ...Object.fromEntries(trusted) }
  }

  /** What the mock saw, of one message if its identifier is given. */
  exchanges(messageId?: string): Promise<readonly Exchange[]> {
    return this.control.exchanges(messageId)
  }

  /** What the mock saw of all connections, or of those that the message of that identifier came by. */
  connections(messageId?: string): Promise<readonly Connection[]> {
    return this.control.connections(messageId)
  }

  /** Changes what the server of that code has configured, as an administrator does. */
  change(server: string, change: ConfigurationChange): Promise<void> {
    return this.control.change(server, change)
  }
}

type ControlledBindings = Bindings & { readonly control: NonNullable<Bindings['control']> }

interface ListedCertificate {
  readonly client: string
  readonly certificate: string
}

function openPorts({ servers }: Topology): readonly number[] {
  const listening = servers.filter(({ running }) => running).map(({ listen }) => listen)
  return [containerPorts.control, ...listening.flatMap(({ http, https }) => [http, https])]
}

async function listCertificates(
  { servers }: Topology,
  listed: readonly ListedCertificate[],
  control: ControlClient,
): Promise<void> {
  for (const { client, certificate } of listed) {
    const hosts = servers.filter(({ running, clients }) => running && clients.some(({ id }) => id === client))
    if (hosts.length === 0) throw new UsageError(`no server of the topology hosts ${client}; add the client there`)
    for (const { code } of hosts) await control.change(code, { kind: 'add-certificate', client, certificate })
  }
}

function validTopology(input: TopologyInput): Topology {
  const checked = checkTopology(input)
  if ('topology' in checked) return checked.topology
  throw new UsageError(checked.issues.map(({ path, message }) => `topology ${path.join('.')}: ${message}`).join('\n'))
}
