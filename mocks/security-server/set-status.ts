import type { ClientStatus } from '../../fixtures/connection-type.ts'
import type { TopologyClient } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'

/** What an administrator asks for, and the only state in which that is possible. */
const asked: Partial<Record<ClientStatus, { readonly from: ClientStatus; readonly name: string }>> = {
  'disabling in progress': { from: 'registered', name: 'disabled' },
  'enabling in progress': { from: 'disabled', name: 'enabled' },
}

/** The client in another state; throws a UsageError where nobody could have asked for that (STATE-04, STATE-05). */
export function setStatus(client: TopologyClient, status: ClientStatus): TopologyClient {
  const { from, name } = asked[status] ?? {}
  if (from === undefined || client.status === from) return { ...client, status }
  throw new UsageError(`client ${client.id} is ${client.status}; only one that is ${from} can be ${name}`)
}
