import { peerCertificates } from './central-server/authentication-identities.ts'
import { type CentralRegister, centralRegister } from './central-server/central-register.ts'
import { startCentralServer } from './central-server/central-server.ts'
import { behaviourWith } from './control/behaviour.ts'
import { centralRoutes } from './control/central-routes.ts'
import { startControlServer } from './control/control-server.ts'
import { downloadsOnDemand } from './control/downloads-on-demand.ts'
import { environmentRoutes } from './control/environment-routes.ts'
import { forwardedRoutes, refreshAll } from './control/forwarded-routes.ts'
import type { RemoteControl } from './control/remote-control.ts'
import { describeBindings } from './describe-bindings.ts'
import { prepareIdentities } from './prepare-identities.ts'
import { serverRegistry } from './security-server/server-registry.ts'
import type { StandaloneOptions } from './standalone-options.ts'
import { startTogether } from './stops.ts'

export interface StandaloneCentralOptions extends StandaloneOptions {
  /** The control interfaces of the security servers, by code. */
  readonly servers: ReadonlyMap<string, RemoteControl>
  /** That of the information systems, if there are any. */
  readonly systems: RemoteControl | undefined
}

/**
 * Starts a central server alone, with the control interface of the whole environment. Of the security servers, which run
 * elsewhere, it knows what the topology says and what changes were made through that interface.
 */
export function startStandaloneCentralServer(options: StandaloneCentralOptions): Promise<AsyncDisposable> {
  return startTogether(async (stops) => {
    const { topology, servers, systems } = options
    let behaviour = behaviourWith([])
    const { profile, cache, issued, certificates, peers } = await prepareIdentities(topology, options)
    // Nobody calls a service from here, so their addresses are of no matter.
    const registry = serverRegistry(topology, certificates, (address) => address)
    const register: CentralRegister = centralRegister({
      topology,
      servers: registry.servers,
      peers: peerCertificates(peers),
      async distribute(before, after) {
        registry.notice(before, after)
        await refreshAll(servers.values())
      },
    })
    const centralServer = await startCentralServer({
      topology,
      profile,
      register: () => register,
      decisions: () => behaviour.publishing,
      managementDecisions: () => behaviour.management,
      cache,
      issued,
      onDefect: (error) => process.emitWarning(error),
    })
    stops.push(centralServer.stop)
    const places = new Map(
      topology.servers
        .filter(({ code }) => servers.has(code))
        .map(({ code, listen: { http, https, peer } }) => {
          return [code, { host: code, httpPort: http, httpsPort: https, peerPort: peer }]
        }),
    )
    const routes = {
      ...centralRoutes(centralServer),
      ...environmentRoutes({
        describe: () => ({
          topology,
          profile: profile.name,
          bindings: describeBindings(topology, certificates, places, {}, centralServer, undefined, peers),
        }),
        download: downloadsOnDemand(() => behaviour.download),
      }),
      ...forwardedRoutes({
        servers,
        systems,
        async change(code, change) {
          registry.change(code, change)
          await register.publish()
        },
        misbehave(names) {
          behaviour = behaviourWith(names)
        },
      }),
    }
    stops.push((await startControlServer(routes, options.control)).stop)
    return {}
  })
}
