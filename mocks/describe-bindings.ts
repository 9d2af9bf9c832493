import type { Bindings } from '../fixtures/bindings.ts'
import type { Topology } from '../fixtures/topology.ts'
import type { RunningCentralServer } from './central-server/central-server.ts'
import type { RunningControlServer } from './control/control-server.ts'
import { reachableUrlHost } from './listener/reachable-host.ts'
import type { Keystore } from './pki/keystore.ts'
import type { RunningSecurityServer } from './security-server/security-server.ts'
import { internalCertificateOf } from './security-server/server-registry.ts'

/** How to reach what has been started: addresses by server code, certificates and keys by name. */
export function describeBindings(
  topology: Topology,
  certificates: Keystore,
  running: ReadonlyMap<string, RunningSecurityServer>,
  addresses: Bindings['addresses'],
  { anchorUrl, trustUrl }: RunningCentralServer,
  control: RunningControlServer | undefined,
  peers: Bindings['peers'] & {},
): Bindings {
  const servers = topology.servers.flatMap((server) => {
    const started = running.get(server.code)
    if (started === undefined) return []
    const host = reachableUrlHost(server.listen.host)
    const trust = internalCertificateOf(server, certificates).certificate
    const [http, https, peer] = [
      `http://${host}:${started.httpPort}`,
      `https://${host}:${started.httpsPort}`,
      `https://${host}:${started.peerPort}`,
    ]
    return [[server.code, { http, https, trust, peer }] as const]
  })
  const identities = [...certificates.values()].map(({ name, certificate, key }) => {
    return [name, { certificate, ...(key === undefined ? {} : { key }) }] as const
  })
  return {
    servers: Object.fromEntries(servers),
    identities: Object.fromEntries(identities),
    peers,
    addresses,
    services: {},
    centralServer: { internalAnchor: anchorUrl.internal, externalAnchor: anchorUrl.external },
    trustServices: trustUrl,
    ...(control === undefined ? {} : { control: { url: control.url, token: control.token } }),
  }
}
