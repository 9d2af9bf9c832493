import { peerCertificates } from './central-server/authentication-identities.ts'
import { type CentralRegister, centralRegister } from './central-server/central-register.ts'
import { centralRoutes } from './control/central-routes.ts'
import { startControlServer } from './control/control-server.ts'
import { downloadsOnDemand } from './control/downloads-on-demand.ts'
import { environmentRoutes } from './control/environment-routes.ts'
import { forwardedRoutes } from './control/forwarded-routes.ts'
import { askHosted } from './control/hosted-clients.ts'
import { askAll, type RemoteControl } from './control/remote-control.ts'
import { describeBindings } from './describe-bindings.ts'
import { switchableBehaviour } from './misbehaviour/switchable-behaviour.ts'
import { prepareIdentities } from './prepare-identities.ts'
import type { HostingServer } from './security-server/global-configuration.ts'
import type { StandaloneOptions } from './standalone-options.ts'
import { startCentral } from './start-central.ts'
import { startTogether } from './stops.ts'
import { warnOfDefect } from './warn-of-defect.ts'

export interface StandaloneCentralOptions extends StandaloneOptions {
  /** The control interfaces of the security servers, by code. */
  readonly servers: ReadonlyMap<string, RemoteControl>
  /** That of the information systems, if there are any. */
  readonly systems: RemoteControl | undefined
  /** Where those are, by the names that a topology uses. */
  readonly addresses: Readonly<Record<string, string>>
  /** Told in a sentence why a server does not take part. */
  warn(sentence: string): void
}

/**
 * Starts a central server alone, with the control interface of the whole environment. Of the security servers, which run
 * elsewhere, it knows what the topology says and what they tell it.
 */
export function startStandaloneCentralServer(options: StandaloneCentralOptions): Promise<AsyncDisposable> {
  return startTogether(async (stops) => {
    const { topology, servers, systems } = options
    const behaviour = switchableBehaviour()
    const identities = options.identities ?? (await prepareIdentities(topology, options))
    const { profile, certificates, peers } = identities
    let hosting: readonly HostingServer[] = topology.servers
    const warn = (error: Error) => options.warn(error.message)
    const refresh = async () => {
      await askAll([...servers.values()], (server) => server.ask('POST', '/refresh')).catch(warn)
    }
    const register: CentralRegister = centralRegister({
      topology,
      servers: () => hosting,
      peers: peerCertificates(peers),
      distribute: refresh,
      announce: refresh,
    })
    // One after the other, so that an older answer never replaces a newer one.
    let learning = Promise.resolve()
    const changed = () => {
      learning = learning
        .then(async () => {
          const hosted = await askHosted(servers)
          hosting = hosting.map((server) => ({ ...server, clients: hosted.get(server.code) ?? server.clients }))
          await register.publish()
        })
        .catch(warn)
      return learning
    }
    const central = { topology, identities, behaviour, register: () => register, baseFolder: options.baseFolder }
    const centralServer = await startCentral(central, stops)
    const places = new Map(
      topology.servers
        .filter(({ code }) => servers.has(code))
        .map(({ code, listen: { http, https, peer, healthCheck } }) => {
          return [code, { host: code, httpPort: http, httpsPort: https, peerPort: peer, healthPort: healthCheck }]
        }),
    )
    const onDemand = downloadsOnDemand(profile.quirks.globalConfiguration, () => behaviour.current.download)
    const { addresses } = options
    const bindings = describeBindings({ topology, certificates, peers, places, addresses, centralServer })
    const routes = {
      ...centralRoutes(centralServer),
      ...environmentRoutes({ describe: () => ({ topology, profile: profile.name, bindings }) }),
      ...forwardedRoutes({
        servers,
        systems,
        changed,
        download: onDemand.download,
        restore: centralServer.office.restore,
        misbehave: behaviour.misbehave,
      }),
    }
    stops.push((await startControlServer(routes, warnOfDefect, options.control)).stop)
    // Servers may have been there before, and have been changed.
    void changed().then(refresh)
    return {}
  })
}
