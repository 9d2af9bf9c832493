import { z } from 'zod'
import { clientStatuses } from '../../fixtures/connection-type.ts'
import { parseClientPath } from '../../fixtures/identifiers.ts'
import type { TopologyServer } from '../../fixtures/topology.ts'
import type { HostedClient } from '../security-server/global-configuration.ts'
import type { ControlRoutes } from './control-route.ts'
import { askAll, type RemoteControl } from './remote-control.ts'

const hostedAnswer = z.object({
  clients: z.array(
    z.object({
      id: z.string().refine((path) => parseClientPath(path) !== undefined),
      status: z.enum(clientStatuses),
      inGlobalConfiguration: z.boolean().optional(),
    }),
  ),
})

/** GET /hosted and POST /refresh of a security server that runs alone, for the central server. */
export function hostedRoutes(server: () => TopologyServer, refresh: () => Promise<void>): ControlRoutes {
  return {
    'GET /hosted': () => ({
      clients: server().clients.map(({ id, status, inGlobalConfiguration }) => ({ id, status, inGlobalConfiguration })),
    }),
    'POST /refresh': refresh,
  }
}

/** The clients of servers, by server code; those that do not answer are left out. */
export async function askHosted(
  servers: ReadonlyMap<string, RemoteControl>,
): Promise<ReadonlyMap<string, readonly HostedClient[]>> {
  const answers = await askAll([...servers], async ([code, server]) => {
    return [code, hostedAnswer.parse(await server.ask('GET', '/hosted')).clients] as const
  })
  return new Map(answers)
}
