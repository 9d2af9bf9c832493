import type { Bindings, IdentityBinding } from '../fixtures/bindings.ts'
import type { Topology } from '../fixtures/topology.ts'
import type { AuthenticationIdentities } from './central-server/authentication-identities.ts'
import type { RunningCentralServer } from './central-server/central-server.ts'
import type { RunningControlServer } from './control/control-server.ts'
import { reachableUrlHost } from './listener/reachable-host.ts'
import type { Credential, Keystore } from './pki/keystore.ts'
import type { RunningSecurityServer } from './security-server/security-server.ts'
import { internalCertificateOf } from './security-server/server-registry.ts'

/** Where a security server listens: where its topology says, unless it is another host. */
export interface ServerPlace extends Pick<RunningSecurityServer, 'httpPort' | 'httpsPort' | 'peerPort' | 'healthPort'> {
  readonly host?: string
}

/** What has been started, and as whom. */
export interface Started {
  readonly topology: Topology
  readonly certificates: Keystore
  readonly peers: AuthenticationIdentities
  /** By server code. */
  readonly places: ReadonlyMap<string, ServerPlace>
  /** Of information systems, by the names that a topology uses. */
  readonly addresses: Bindings['addresses']
  readonly centralServer: Pick<RunningCentralServer, 'anchorUrl' | 'trustUrl'>
  readonly control?: RunningControlServer | undefined
}

/** How to reach what has been started: addresses by server code, certificates and keys by name. */
export function describeBindings({
  topology,
  certificates,
  peers: { authentication, unregistered },
  places,
  addresses,
  centralServer: { anchorUrl, trustUrl },
  control,
}: Started): Bindings {
  const servers = topology.servers.flatMap((server) => {
    const started = places.get(server.code)
    if (started === undefined) return []
    const host = started.host ?? reachableUrlHost(server.listen.host)
    const trust = internalCertificateOf(server, certificates).certificate
    const [http, https, peer] = [
      `http://${host}:${started.httpPort}`,
      `https://${host}:${started.httpsPort}`,
      `https://${host}:${started.peerPort}`,
    ]
    const { healthPort } = started
    const healthCheck = healthPort === undefined ? {} : { healthCheck: `http://${host}:${healthPort}` }
    return [[server.code, { http, https, trust, peer, ...healthCheck }] as const]
  })
  return {
    servers: Object.fromEntries(servers),
    identities: bindIdentities(certificates),
    peers: bindIdentities([...authentication, ['unregistered', unregistered]]),
    addresses,
    services: {},
    centralServer: { internalAnchor: anchorUrl.internal, externalAnchor: anchorUrl.external },
    trustServices: trustUrl,
    ...(control === undefined ? {} : { control: { url: control.url, token: control.token } }),
  }
}

const bound = new WeakMap<Credential, IdentityBinding>()

/** Environments that share their credentials share these too. */
function bindIdentities(credentials: Iterable<readonly [string, Credential]>): Record<string, IdentityBinding> {
  return Object.fromEntries([...credentials].map(([name, credential]) => [name, bindIdentity(credential)]))
}

function bindIdentity(credential: Credential): IdentityBinding {
  const { certificate, key } = credential
  const binding = bound.get(credential) ?? { certificate, ...(key === undefined ? {} : { key }) }
  bound.set(credential, binding)
  return binding
}
