import { setTimeout as pause } from 'node:timers/promises'
import { anchorPaths } from './central-server/answer-source-request.ts'
import { authenticationCredential, peerCertificates } from './central-server/authentication-identities.ts'
import { centralAddresses } from './central-server/central-listeners.ts'
import { anchorRoutes } from './control/anchor-routes.ts'
import { startControlServer } from './control/control-server.ts'
import { downloadsOnDemand } from './control/downloads-on-demand.ts'
import { hostedRoutes } from './control/hosted-clients.ts'
import { serverRoutes } from './control/server-routes.ts'
import { type DownloadedConfiguration, downloadedConfiguration, withDownload } from './downloaded-configuration.ts'
import { connectionLog } from './log/connection-log.ts'
import { exchangeLog } from './log/exchange-log.ts'
import { changesFederations, makeChanges } from './make-changes.ts'
import { peerConducts } from './misbehaviour/peer-conducts.ts'
import { switchableBehaviour } from './misbehaviour/switchable-behaviour.ts'
import { prepareIdentities } from './prepare-identities.ts'
import { requestSigningCertificates } from './request-signing-certificate.ts'
import { resolveAddress } from './resolve-address.ts'
import { buildGlobalConfiguration } from './security-server/global-configuration.ts'
import { serverRegistry } from './security-server/server-registry.ts'
import { startServers } from './security-server/start-servers.ts'
import type { StandaloneOptions } from './standalone-options.ts'
import { startTogether } from './stops.ts'
import { warnOfDefect } from './warn-of-defect.ts'

export interface StandaloneServerOptions extends StandaloneOptions {
  /** Which server of the topology. */
  readonly code: string
  /** Host name of the central server. */
  readonly centralServer: string
  /** Of information systems: `{ 'provider.http': 'http://provider:8000' }` for `${provider.http}`. */
  readonly addresses: Readonly<Record<string, string>>
  /** Told why the global configuration is still missing. */
  waits(reason: string): void
}

/** Milliseconds between attempts to download the first global configuration. */
const firstInterval = 500

/**
 * Starts one security server alone. It finds the others, which run elsewhere, by the global configuration, and its
 * control interface is there once it has downloaded one.
 */
export function startStandaloneSecurityServer(options: StandaloneServerOptions): Promise<AsyncDisposable> {
  return startTogether(async (stops) => {
    const { topology, code, centralServer } = options
    const behaviour = switchableBehaviour()
    const { profile, certificates, peers } = options.identities ?? (await prepareIdentities(topology, options))
    const exchanges = exchangeLog()
    const provided = exchangeLog()
    const connections = connectionLog()
    const conducts = peerConducts()
    const { listen } = topology.centralServer
    const addresses = {
      ...options.addresses,
      ...centralAddresses({
        httpsUrl: `https://${centralServer}:${listen.https}`,
        managementUrl: `https://${centralServer}:${listen.management}`,
      }),
    }
    const registry = serverRegistry(topology, certificates, (address) => resolveAddress(address, addresses))
    const allowed = () => registry.server(code).settings.allowedFederations
    const download = downloadedConfiguration({
      topology,
      anchorUrl: `http://${centralServer}:${listen.http}${anchorPaths.internal}`,
      locate: (url) => fromHere(url, centralServer, topology.centralServer.address),
      validAtFirst: false,
      release: profile.quirks.globalConfiguration,
      initially: buildGlobalConfiguration(topology, registry.servers(), peerCertificates(peers)),
      noticed: registry.notice,
      decisions: () => behaviour.current.download,
      allowed: () => [allowed()],
    })
    stops.push(async () => download.client.stop())
    const onDemand = downloadsOnDemand(profile.quirks.globalConfiguration, () => behaviour.current.download)
    const running = await startServers(
      {
        topology,
        profile,
        codes: [code],
        registry,
        global: () => download.globalFor(allowed()),
        log: exchanges,
        provided,
        connections,
        configuration: (one) => withDownload(registry.configuration(one), onDemand.clientOf(one) ?? download.client),
        authentication: (one) => authenticationCredential(peers, one),
        overNetworkToItself: false,
        decisions: () => behaviour.current.decisions,
        conduct: conducts.of,
        onDefect: warnOfDefect,
      },
      stops,
    )
    const change = makeChanges(registry, running, download.global, () => behaviour.current)
    await firstDownload(download, options.waits)
    const routes = {
      ...serverRoutes({
        exchanges,
        provided,
        connections,
        async change(one, wanted) {
          await change(one, wanted)
          if (changesFederations(wanted)) await download.updateAll()
        },
        requestSigningCertificate: requestSigningCertificates(registry, download.global),
        misbehave: behaviour.misbehave,
        conductPeer: conducts.set,
        listedCertificates: registry.listedCertificates,
        internalCertificate: registry.internalCertificate,
      }),
      ...hostedRoutes(
        () => registry.server(code),
        async () => void (await download.update()),
      ),
      ...anchorRoutes({ download: onDemand.download, restore: async (one) => onDemand.forget(one) }),
    }
    stops.push((await startControlServer(routes, warnOfDefect, options.control)).stop)
    // What was published meanwhile, nobody could tell.
    void download.update()
    return {}
  })
}

/** What a central server may be the reason for that starts at the same time. */
const unreachable = [
  'anchor_file_not_found',
  'malformed_anchor',
  'global_conf_download_url_connection_failure',
  'global_conf_get_version_failed',
]

/** Until it is there, every message is answered that the global configuration has expired. */
async function firstDownload({ update }: DownloadedConfiguration, waits: (reason: string) => void) {
  for (let said = ''; ; await pause(firstInterval)) {
    const { configuration, failures } = await update()
    const last = failures.at(-1)
    // What is there and refused is for its callers to see.
    if (configuration !== undefined || last === undefined || !unreachable.includes(last.code)) return
    if (last.message !== said) waits(last.message)
    said = last.message
  }
}

/** A configuration names the central server as outsiders do, by an address of its own or as their very machine. */
function fromHere(url: string, centralServer: string, address: string | undefined): string {
  const here = new URL(url)
  // As it is written, dots and all.
  if (![address, '127.0.0.1', 'localhost', '[::1]'].includes(here.hostname)) return url
  here.hostname = centralServer
  return here.href
}
