import { attribute, fault } from '../fault/fault.ts'
import type { GlobalServer } from './global-configuration.ts'
import type { Peers } from './message-context.ts'
import type { RunningSecurityServer } from './security-server.ts'
import type { ServerConfiguration } from './server-configuration.ts'

/** The hop between servers of one process. A server that only the global configuration knows cannot be reached. */
export function inProcessPeers(
  find: (code: string) => RunningSecurityServer | undefined,
  configuration: (code: string) => ServerConfiguration | undefined,
): Peers {
  const reach = (server: GlobalServer): RunningSecurityServer => {
    const peer = find(server.code)
    if (peer === undefined) throw attribute(unreachable(server), 'clientProxy')
    return peer
  }
  return {
    rest: async (server, message) => reach(server).provideRest(message),
    soap: async (server, message) => reach(server).provideSoap(message),
    serviceExists: (server, { provider, serviceCode, serviceVersion }) =>
      configuration(server.code)?.client(provider)?.service(serviceCode, serviceVersion) !== undefined,
  }
}

/** A name under `.invalid` resolves nowhere; any other address of a server that does not run refuses the connection. */
function unreachable({ address }: GlobalServer) {
  return address.endsWith('.invalid')
    ? fault('serverNotResolved', { host: address })
    : fault('noServerReachable', { address })
}
