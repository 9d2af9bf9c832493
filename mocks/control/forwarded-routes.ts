import type { MockState } from '../../fixtures/connection.ts'
import type { Exchange } from '../../fixtures/exchange.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type AnchorImports, anchorRoutes } from './anchor-routes.ts'
import type { ControlRequest, ControlRoutes } from './control-route.ts'
import type { DownloadOutcome } from './downloads-on-demand.ts'
import { askAll, type RemoteControl } from './remote-control.ts'
import { behaviourRequest, certificateRequest, changeRequest, peerRequest } from './server-routes.ts'
import { scriptRequest } from './system-routes.ts'

/** What is asked for no server in particular is done here. */
export interface ForwardedOptions extends AnchorImports {
  /** The security servers that run elsewhere, by code. */
  readonly servers: ReadonlyMap<string, RemoteControl>
  /** Where the information systems run, if there are any. */
  readonly systems: RemoteControl | undefined
  /** Told that a server may have become another one; resolves when what follows from it is published. Never rejects. */
  changed(): Promise<void>
  misbehave(names: readonly string[]): void
}

/** The routes of security servers and information systems, for an environment whose parts run elsewhere. */
export function forwardedRoutes(options: ForwardedOptions): ControlRoutes {
  const { servers, systems, changed, misbehave } = options
  const find = (code: string | null) => {
    const found = servers.get(code ?? '')
    if (found !== undefined) return found
    throw new UsageError(`no security server "${code}" runs; write one of ${[...servers.keys()].join(', ')}`)
  }
  const system = () => {
    if (systems !== undefined) return systems
    throw new UsageError('the topology has no information system that could be told what to do')
  }
  const ofServer = (path: string) => (request: ControlRequest) =>
    find(request.query.get('server')).ask('GET', `${path}?${request.query}`)
  return {
    'GET /state': ({ query }) => stateOf([...servers.values()], query),
    'GET /certificates': ofServer('/certificates'),
    'GET /internal-certificate': ofServer('/internal-certificate'),
    'PUT /behaviour': async ({ body }) => {
      const request = behaviourRequest.parse(await body())
      misbehave(request.misbehaviours)
      const everywhere = [...servers.values(), ...(systems === undefined ? [] : [systems])]
      await askAll(everywhere, (one) => one.ask('PUT', '/behaviour', request))
    },
    'PUT /peer': async ({ body }) => {
      const request = peerRequest.parse(await body())
      await askAll([...servers.values()], (one) => one.ask('PUT', '/peer', request))
    },
    'POST /change': async ({ body }) => {
      const request = changeRequest.parse(await body())
      try {
        return await find(request.server).ask('POST', '/change', request)
      } finally {
        // Even one that was too slow to answer may have done it.
        await changed()
      }
    },
    'POST /certificate-requests': async ({ body }) => {
      const request = certificateRequest.parse(await body())
      return find(request.server).ask('POST', '/certificate-requests', request)
    },
    ...anchorRoutes({
      async download(wanted) {
        if (wanted.server === undefined) return options.download(wanted)
        return (await find(wanted.server).ask('POST', '/download', wanted)) as DownloadOutcome
      },
      async restore(server) {
        await find(server).ask('POST', '/restore', { server })
        await options.restore(server)
      },
    }),
    'PUT /script': async ({ body }) => system().ask('PUT', '/script', scriptRequest.parse(await body())),
    'GET /calls': ({ query }) => system().ask('GET', `/calls?${query}`),
  }
}

/**
 * What all servers have seen, as if one had: what the one at the provider's end has noted stands with the exchange that
 * it is part of, and numbers are unique again.
 */
async function stateOf(servers: readonly RemoteControl[], query: URLSearchParams): Promise<MockState> {
  const seen = await askAll(servers, async (server, index) => {
    const [state, { provided }] = await Promise.all([
      server.ask('GET', `/state?${query}`) as Promise<MockState>,
      server.ask('GET', `/provided?${query}`) as Promise<{ readonly provided: readonly Exchange[] }>,
    ])
    const unique = (number: number) => number * servers.length + index
    return {
      provided,
      exchanges: state.exchanges.map((exchange) => ({
        ...exchange,
        number: unique(exchange.number),
        connection: unique(exchange.connection),
      })),
      connections: state.connections.map((connection) => ({ ...connection, number: unique(connection.number) })),
    }
  })
  const calls = new Map(
    seen.flatMap(({ provided }) => provided.map(({ requestId, providerCalls }) => [requestId, providerCalls] as const)),
  )
  const exchanges = seen.flatMap((one) => one.exchanges)
  return {
    exchanges: exchanges.map((exchange) => ({
      ...exchange,
      providerCalls: calls.get(exchange.requestId ?? '') ?? exchange.providerCalls,
    })),
    connections: seen.flatMap(({ connections }) => connections),
  }
}
