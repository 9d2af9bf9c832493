import { X509Certificate } from 'node:crypto'
import type { Bindings } from '../fixtures/bindings.ts'
import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import { requireProfile } from '../fixtures/require-profile.ts'
import type { Topology, TopologyInput } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import {
  authenticationCredential,
  authenticationIdentities,
  peerCertificates,
} from './central-server/authentication-identities.ts'
import { type RunningCentralServer, startCentralServer } from './central-server/central-server.ts'
import type { ConfigurationClient } from './configuration-client/configuration-client.ts'
import { behaviourWith } from './control/behaviour.ts'
import { type ConnectionLog, connectionLog } from './control/connection-log.ts'
import { type ControlOptions, type RunningControlServer, startControlServer } from './control/control-server.ts'
import { downloadsOnDemand } from './control/downloads-on-demand.ts'
import { type ExchangeLog, exchangeLog } from './control/exchange-log.ts'
import { noted } from './control/noted-behaviour.ts'
import { type PeerConducts, peerConducts } from './control/peer-conducts.ts'
import { describeBindings } from './describe-bindings.ts'
import { startDownloads, withDownload } from './downloaded-configuration.ts'
import { startInformationSystems } from './information-system/information-systems.ts'
import type { RunningScriptedSystem } from './information-system/scripted-system.ts'
import { makeChanges } from './make-changes.ts'
import { issuedIdentities } from './pki/issued-identities.ts'
import { openKeyCache } from './pki/key-cache.ts'
import { deriveKeystore, type Keystore, parseCertificatePem } from './pki/keystore.ts'
import { readTopology } from './read-topology.ts'
import { type ServerRegistry, serverRegistry } from './security-server/server-registry.ts'
import { startServers } from './security-server/start-servers.ts'

export interface EnvironmentOptions {
  /** Name of the version profile; the topology's own by default. */
  readonly profile?: string
  /** Folder where made keys and certificates are kept from run to run (files of mode 0600); none by default. */
  readonly keyCache?: string
  /** Folder that PEM file names of the topology are relative to; the working directory by default. */
  readonly baseFolder?: string
  /** Further host names or addresses of the certificates that servers and information systems present. */
  readonly hostNames?: readonly string[]
  /** Addresses of external information systems: `{ 'provider.http': 'http://127.0.0.1:8000' }` for `${provider.http}`. */
  readonly addresses?: Readonly<Record<string, string>>
  /** Deliberate misbehaviours, by name (fixtures/misbehaviours.ts). */
  readonly misbehaviours?: readonly string[]
  /** How many exchanges, and how many connections, are remembered; the oldest are forgotten. 2000 by default. */
  readonly remembered?: number
  /** Note what the behaviour is asked, for `GET /questions` of the control interface; costs time on every message. */
  readonly noteQuestions?: boolean
  /**
   * Let the security servers download the global configuration from the central server every minute: they refuse
   * messages when theirs has expired. Without it they are told that it is valid.
   */
  readonly downloadConfiguration?: boolean
  /**
   * Let a security server reach even itself over mutual TLS, as real ones do. What is seen from outside is the same, and
   * a message takes twice the time; it goes without saying between different servers.
   */
  readonly overNetworkToItself?: boolean
  /** Start the control interface (token in the bindings): on a loopback port, or where these say. */
  readonly control?: boolean | ControlOptions
}

/** A mock exchange layer that is up: every security server of a topology that runs, and the information systems behind. */
export interface RunningEnvironment extends AsyncDisposable {
  readonly topology: Topology
  readonly profile: string
  readonly bindings: Bindings
  /** Every certificate and key of the topology, by name. */
  readonly certificates: Keystore
  readonly exchanges: ExchangeLog
  /** The connections that those came by, and those that no exchange came by. */
  readonly connections: ConnectionLog
  /** Changes what the server of that code has configured; rejects with a UsageError that says why a change is refused. */
  change(server: string, change: ConfigurationChange): Promise<void>
  /** SHA-256 of each certificate that a client of a server lists now, in order. */
  listedCertificates(server: string, client: string): readonly string[]
  /** The source of the global configuration. */
  readonly centralServer: RunningCentralServer
  /** The servers' copy of it, if they download it. */
  readonly configurationClient: ConfigurationClient | undefined
  /** The first information system of the topology that answers as scripted, if there is one. */
  readonly scripted: Pick<RunningScriptedSystem, 'script' | 'calls'> | undefined
  /** Makes the security server at the provider's end of one message behave in another way; throws a UsageError for a wrong name. */
  readonly conductPeer: PeerConducts['set']
  /** Has the certification authority revoke a certificate, PEM; rejects with a UsageError for one of somebody else. */
  revoke(certificate: string): Promise<void>
  /** Replaces the set of misbehaviours; those of TLS take effect only at the start. */
  misbehave(names: readonly string[]): void
  stop(): Promise<void>
}

type Stop = () => Promise<void>

/**
 * Starts a mock exchange layer in this process.
 *
 * @example
 * await using environment = await startEnvironment(topology)
 * const { http, https } = environment.bindings.servers['ss1']
 */
export async function startEnvironment(
  input: TopologyInput,
  options: EnvironmentOptions = {},
): Promise<RunningEnvironment> {
  const stops: Stop[] = []
  try {
    return await startAll(readTopology(input), options, stops)
  } catch (error) {
    await stopAll(stops)
    throw error
  }
}

/** Tells of a defect of the mock without ending the process: it may be a vendor's own. */
function warn(error: Error): void {
  process.emitWarning(error)
}

async function startAll(topology: Topology, options: EnvironmentOptions, stops: Stop[]): Promise<RunningEnvironment> {
  const profile = requireProfile(options.profile ?? topology.profile)
  const asTold = behaviourWith(options.misbehaviours ?? [])
  const notes = options.noteQuestions ? noted(asTold) : undefined
  let behaviour = notes?.behaviour ?? asTold
  const cache = await openKeyCache(options.keyCache)
  const issued = issuedIdentities({ topology, cache })
  const [certificates, peers] = await Promise.all([
    deriveKeystore(topology, {
      ...(options.keyCache === undefined ? {} : { cacheFolder: options.keyCache }),
      ...(options.baseFolder === undefined ? {} : { baseFolder: options.baseFolder }),
      ...(options.hostNames === undefined ? {} : { hostNames: options.hostNames }),
    }),
    authenticationIdentities(topology, issued),
  ])
  const systems = await startInformationSystems(
    topology,
    certificates,
    (name, wouldShow) => behaviour.has(name, wouldShow),
    stops,
  )
  const addresses = { ...options.addresses, ...systems.addresses }
  const exchanges = exchangeLog(options.remembered)
  const connections = connectionLog(options.remembered)
  const conducts = peerConducts()
  const centralServer = await startCentralServer({
    topology,
    profile,
    global: () => registry.global(),
    register: { amendments: () => registry.amendments(), register: (amendments) => registry.register(amendments) },
    decisions: () => behaviour.publishing,
    managementDecisions: () => behaviour.management,
    cache,
    issued,
    onDefect: warn,
  })
  stops.push(centralServer.stop)
  const everyAddress = { ...addresses, 'central-server.https': centralServer.httpsUrl }
  const registry: ServerRegistry = serverRegistry(
    topology,
    certificates,
    (address) => resolveAddress(address, everyAddress),
    peerCertificates(peers),
  )
  const download = options.downloadConfiguration ? startDownloads(centralServer, () => behaviour.download) : undefined
  if (download !== undefined) stops.push(async () => download.stop())
  const running = await startServers(
    {
      topology,
      profile,
      registry,
      log: exchanges,
      connections,
      configuration: (code) => withDownload(registry.configuration(code), download),
      authentication: (code) => authenticationCredential(peers, code),
      overNetworkToItself: options.overNetworkToItself ?? false,
      decisions: () => behaviour.decisions,
      conduct: conducts.of,
      onDefect: warn,
    },
    stops,
  )
  const controls = {
    exchanges,
    connections,
    scripted: systems.scripted,
    centralServer,
    configurationClient: download,
    change: makeChanges(registry, running, () => behaviour),
    questionsSince: notes?.questionsSince,
    listedCertificates: (code: string, client: string) =>
      registry.listedCertificates(code, client).map(({ sha256 }) => sha256),
    misbehave(names: readonly string[]) {
      behaviour = behaviourWith(names)
    },
    conductPeer: conducts.set,
    async revoke(certificate: string) {
      const { der } = parseCertificatePem(certificate, 'the certificate')
      const authority = await centralServer.trust.authority()
      authority.revoke(new X509Certificate(der))
    },
  }
  const describe = (started: RunningControlServer | undefined) =>
    describeBindings(topology, certificates, running, addresses, centralServer, started, peers)
  const control = options.control
    ? await startControlServer(
        {
          ...controls,
          office: centralServer.office,
          listedCertificates: registry.listedCertificates,
          internalCertificate: (code) => registry.configuration(code).internalCertificate.certificate,
          describe: () => ({ topology, profile: profile.name, bindings: describe(undefined) }),
          download: downloadsOnDemand(() => behaviour.download),
        },
        options.control === true ? {} : options.control,
      )
    : undefined
  if (control !== undefined) stops.push(control.stop)
  const stop = () => stopAll(stops)
  const bindings = describe(control)
  return { topology, profile: profile.name, bindings, certificates, ...controls, stop, [Symbol.asyncDispose]: stop }
}

/** Stops in the reverse order of starting; a second call finds nothing to stop. */
async function stopAll(stops: Stop[]): Promise<void> {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
}

/** Puts addresses in the place of `${system.http}`. */
function resolveAddress(address: string, addresses: Readonly<Record<string, string>>): string {
  return address.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const found = addresses[name]
    if (found === undefined) throw new UsageError(`no address is known for \${${name}}; give it among the addresses`)
    return found.replace(/\/$/, '')
  })
}
