import type { Bindings } from '../fixtures/bindings.ts'
import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import type { ServerId } from '../fixtures/identifiers.ts'
import type { Topology, TopologyInput } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { authenticationCredential, peerCertificates } from './central-server/authentication-identities.ts'
import { centralAddresses } from './central-server/central-listeners.ts'
import { type CentralRegister, centralRegister } from './central-server/central-register.ts'
import type { RunningCentralServer } from './central-server/central-server.ts'
import type { ConfigurationClient } from './configuration-client/configuration-client.ts'
import { type ConfigurationSupply, suppliedByDownload, suppliedByWord } from './configuration-supply.ts'
import { anchorRoutes } from './control/anchor-routes.ts'
import { centralRoutes } from './control/central-routes.ts'
import { type ControlOptions, startControlServer } from './control/control-server.ts'
import { downloadsOnDemand } from './control/downloads-on-demand.ts'
import { environmentRoutes } from './control/environment-routes.ts'
import { serverRoutes } from './control/server-routes.ts'
import { systemRoutes } from './control/system-routes.ts'
import { describeBindings } from './describe-bindings.ts'
import { downloadedConfiguration, withDownload } from './downloaded-configuration.ts'
import { startInformationSystems } from './information-system/information-systems.ts'
import type { RunningScriptedSystem } from './information-system/scripted-system.ts'
import type { Misbehaves } from './information-system/test-service-options.ts'
import { type ConnectionLog, connectionLog } from './log/connection-log.ts'
import { type ExchangeLog, exchangeLog } from './log/exchange-log.ts'
import { changesFederations, makeChanges } from './make-changes.ts'
import { type PeerConducts, peerConducts } from './misbehaviour/peer-conducts.ts'
import { switchableBehaviour } from './misbehaviour/switchable-behaviour.ts'
import type { Keystore } from './pki/keystore.ts'
import { type Identities, type IdentityOptions, prepareIdentities } from './prepare-identities.ts'
import { readTopology } from './read-topology.ts'
import { requestSigningCertificates } from './request-signing-certificate.ts'
import { resolveAddress } from './resolve-address.ts'
import { serverRegistry } from './security-server/server-registry.ts'
import { startServers } from './security-server/start-servers.ts'
import { toldConfiguration } from './security-server/told-configuration.ts'
import { startCentral } from './start-central.ts'
import { type Stops, startTogether, stopAll } from './stops.ts'
import { warnOfDefect } from './warn-of-defect.ts'

export interface EnvironmentOptions extends IdentityOptions {
  /** What `prepareIdentities` has made for this topology and these options; made at the start by default. */
  readonly identities?: Identities
  /** Addresses of external information systems: `{ 'provider.http': 'http://127.0.0.1:8000' }` for `${provider.http}`. */
  readonly addresses?: Readonly<Record<string, string>>
  /** Deliberate misbehaviours, by name (fixtures/misbehaviours.ts). */
  readonly misbehaviours?: readonly string[]
  /** How many exchanges, and how many connections, are remembered, 2000 by default; beyond that the older half is forgotten. */
  readonly remembered?: number
  /** Note what the behaviour is asked, for `GET /questions` of the control interface; costs time on every message. */
  readonly noteQuestions?: boolean
  /**
   * Let the security servers download the global configuration from the central server, every minute and after every
   * change: they find one another by it, and refuse messages when theirs has expired. Without it they are told, unless
   * one of them allows a federation, which is to be had by download only.
   */
  readonly downloadConfiguration?: boolean
  /**
   * Where a security server of a federated instance is reached, `https://host:port` as in its bindings (`peer`), unless
   * at port 5500 of where it is published.
   */
  readonly locatePeer?: (server: ServerId) => string | undefined
  /** Milliseconds since 1970 by the clocks of the central server and of those who download from it. */
  readonly now?: () => number
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
  /**
   * Has a server generate a key to sign with for a member of its clients, by path; resolves to the request for its
   * certificate, PEM. What is issued for that is imported by a change.
   */
  requestSigningCertificate(server: string, member: string): Promise<string>
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

/**
 * Starts a mock exchange layer in this process.
 *
 * @example
 * await using environment = await startEnvironment(topology)
 * const { http, https } = environment.bindings.servers['ss1']
 */
export function startEnvironment(input: TopologyInput, options: EnvironmentOptions = {}): Promise<RunningEnvironment> {
  return startTogether((stops) => startAll(readTopology(input), options, stops))
}

const withoutDownload =
  'these servers download no configuration, and so none of another instance; start them with downloadConfiguration'

async function startAll(
  topology: Topology,
  options: EnvironmentOptions,
  stops: Stops,
): Promise<Omit<RunningEnvironment, keyof AsyncDisposable>> {
  const { now = Date.now, baseFolder, locatePeer, overNetworkToItself = false } = options
  const behaviour = switchableBehaviour(options.misbehaviours, options)
  const identities = options.identities ?? (await prepareIdentities(topology, options))
  const { profile, certificates, peers } = identities
  const misbehaves: Misbehaves = (name, wouldShow) => behaviour.current.has(name, wouldShow)
  const systems = await startInformationSystems(topology, certificates, misbehaves, stops)
  const addresses = { ...options.addresses, ...systems.addresses }
  const central = { topology, identities, behaviour, register: () => register, baseFolder, now }
  const centralServer = await startCentral(central, stops)
  const everyAddress = { ...addresses, ...centralAddresses(centralServer) }
  const registry = serverRegistry(topology, certificates, (address) => resolveAddress(address, everyAddress))
  const register: CentralRegister = centralRegister({
    topology,
    servers: registry.servers,
    peers: peerCertificates(peers),
    distribute: (before, after) => supply.distribute(before, after),
    announce: () => supply.updateAll(),
  })
  const release = profile.quirks.globalConfiguration
  const decisions = () => behaviour.current.download
  const supply = supplyConfiguration()
  const onDemand = downloadsOnDemand(release, decisions)

  function supplyConfiguration(): ConfigurationSupply {
    const told = toldConfiguration(register.global, release.version)
    const allowed = () => registry.servers().map(({ settings }) => settings.allowedFederations)
    const downloads = options.downloadConfiguration ?? allowed().some((one) => one !== 'none')
    if (!downloads) return suppliedByWord(told, registry.notice)
    const anchorUrl = centralServer.anchorUrl.internal
    const [initially, noticed] = [told(), registry.notice]
    const download = downloadedConfiguration({
      topology,
      allowed,
      now,
      anchorUrl,
      release,
      initially,
      noticed,
      decisions,
    })
    stops.push(async () => download.client.stop())
    return suppliedByDownload(download)
  }

  const exchanges = exchangeLog(options.remembered)
  const connections = connectionLog(options.remembered)
  const conducts = peerConducts()
  const running = await startServers(
    {
      topology,
      profile,
      codes: topology.servers.filter((server) => server.running).map(({ code }) => code),
      registry,
      global: (code) => supply.globalFor(registry.server(code).settings.allowedFederations),
      ...(locatePeer === undefined ? {} : { locatePeer }),
      log: exchanges,
      provided: exchangeLog(1),
      connections,
      configuration: (code) => withDownload(registry.configuration(code), onDemand.clientOf(code) ?? supply.client),
      authentication: (code) => authenticationCredential(peers, code),
      overNetworkToItself,
      decisions: () => behaviour.current.decisions,
      conduct: conducts.of,
      onDefect: warnOfDefect,
    },
    stops,
  )
  const change = makeChanges(registry, running, supply.global, () => behaviour.current)
  const { questionsSince, misbehave } = behaviour
  const { listedCertificates, internalCertificate } = registry
  const controls = {
    exchanges,
    connections,
    scripted: systems.scripted,
    centralServer,
    configurationClient: supply.client,
    async change(code: string, wanted: ConfigurationChange) {
      const needsDownload = changesFederations(wanted)
      if (needsDownload && supply.client === undefined) throw new UsageError(withoutDownload)
      await change(code, wanted)
      await register.publish()
      if (needsDownload) await supply.updateAll()
    },
    requestSigningCertificate: requestSigningCertificates(registry, supply.global),
    questionsSince,
    listedCertificates: (code: string, client: string) => listedCertificates(code, client).map(({ sha256 }) => sha256),
    misbehave,
    conductPeer: conducts.set,
    revoke: centralServer.revoke,
  }
  const started = { topology, certificates, peers, places: running, addresses, centralServer }
  const describe = () => ({ topology, profile: profile.name, bindings: describeBindings(started) })
  const control = options.control
    ? await startControlServer(
        {
          ...serverRoutes({ ...controls, listedCertificates, internalCertificate }),
          ...centralRoutes(centralServer),
          ...systemRoutes(systems.scripted),
          ...environmentRoutes({ describe, questionsSince }),
          ...anchorRoutes({
            async download(wanted) {
              if (wanted.server !== undefined) registry.server(wanted.server)
              return onDemand.download(wanted)
            },
            async restore(code) {
              onDemand.forget(registry.server(code).code)
              await centralServer.office.restore(code)
            },
          }),
        },
        warnOfDefect,
        options.control === true ? {} : options.control,
      )
    : undefined
  if (control !== undefined) stops.push(control.stop)
  // Last of all, for the central server makes its keys when it is first asked.
  supply.begin()
  const bindings = describeBindings({ ...started, control })
  const stop = () => stopAll(stops)
  return { topology, profile: profile.name, bindings, certificates, ...controls, stop }
}
