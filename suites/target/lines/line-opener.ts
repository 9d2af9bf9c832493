import { type ConnectionChoices, type Endpoint, type Identity, openConnection } from '../../client/connection.ts'
import { openRawConnection } from '../../client/raw-client.ts'
import type { castParts } from '../cast/cast-parts.ts'
import type { Scene } from '../cast/scene.ts'
import { NotApplicable } from '../not-applicable.ts'
import type { Approach, Route, Target } from '../target.ts'
import type { OpenLine } from './open-line.ts'

/** Opens connections as routes and approaches ask for them; what the bindings lack makes the scenario not applicable. */
export interface LineOpener extends Pick<Target, 'connect' | 'identity'> {
  endpoint(server: string, over: 'http' | 'https'): Endpoint
  /** The line over which that caller calls: the given one, or one of its own. */
  lineOf(approach: Approach): OpenLine
}

export function lineOpener(
  { bindings, server: consumers }: Scene,
  cast: Pick<ReturnType<typeof castParts>, 'ownCertificate' | 'serverOf'>,
): LineOpener {
  function endpoint(server: string, over: 'http' | 'https'): Endpoint {
    const { [over]: url, trust } = bindings.servers[server] ?? {}
    if (url === undefined) throw new NotApplicable(`the bindings give no ${over} address of the server ${server}`)
    return { url, ...(trust !== undefined && { trust }) }
  }

  function identity(name: string): Identity {
    const { certificate, key } = bindings.identities[name] ?? {}
    if (certificate !== undefined && key !== undefined) return { certificate, key }
    throw new NotApplicable(`the bindings give no key for the certificate ${name}`)
  }

  function connect(route: Route & Pick<ConnectionChoices, 'resume' | 'serverName'>): OpenLine {
    const { over = 'https', certificate = 'none', server = consumers.code, raw = false, ...choices } = route
    const presented = certificate !== 'none' && { identity: identity(certificate) }
    const connection = (raw ? openRawConnection : openConnection)(endpoint(server, over), { ...choices, ...presented })
    return { connection, server, over, certificate, [Symbol.asyncDispose]: () => connection.close() }
  }

  function lineOf(approach: Approach): OpenLine {
    if ('connection' in approach) return approach.connection
    const { client, certificate = 'own', over = 'https', raw = false, leafOnly = false } = approach
    const presented = certificate === 'own' ? cast.ownCertificate(client) : certificate
    return connect({
      over,
      certificate: over === 'http' ? 'none' : presented,
      server: approach.server ?? cast.serverOf(client),
      raw,
      leafOnly,
    })
  }

  return { endpoint, identity, connect, lineOf }
}
