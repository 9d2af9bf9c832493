import type { ClientRecording, RegisteredClient } from '../../fixtures/client-recording.ts'
import type { MockState } from '../../fixtures/connection.ts'
import { internalCertificateName } from '../../fixtures/topology.ts'
import type { RunningEnvironment } from '../environment.ts'
import { type StandIn, standIns } from './stand-ins.ts'

/** The situation that a client is in while it makes its calls. */
export type Situation = 'ordinary' | StandIn

/** What a client is given to trust: the certificate of its server, and one that has another name. */
export function trustedBy({ bindings, certificates }: RunningEnvironment): readonly string[] {
  const internal = Object.values(bindings.servers).flatMap(({ trust }) => (trust === undefined ? [] : [trust]))
  const misnamed = certificates.get(standIns.misnamed)?.certificate
  return misnamed === undefined ? internal : [...internal, misnamed]
}

/**
 * Lets a client make its calls once in every situation, of which it is told nothing, and tells what it did. The topology
 * must have been made `withStandIns`.
 */
export async function recordClient(
  environment: RunningEnvironment,
  act: (situation: Situation) => Promise<void>,
): Promise<ClientRecording> {
  const ordinary = await recordSession(environment, () => act('ordinary'))
  const impostor = await behindStandIn(environment, 'impostor', () => act('impostor'))
  const misnamed = await behindStandIn(environment, 'misnamed', () => act('misnamed'))
  return { ...registered(environment), ordinary, impostor, misnamed }
}

/** What a client does until the work is done, for one that nobody starts anew. */
export async function recordOrdinary(
  environment: RunningEnvironment,
  work: () => Promise<void>,
): Promise<ClientRecording> {
  return { ...registered(environment), ordinary: await recordSession(environment, work) }
}

function registered(environment: RunningEnvironment): Pick<ClientRecording, 'clients' | 'trusted'> {
  const clients = environment.topology.servers.flatMap(({ code, clients }) =>
    clients.map(({ id, connectionType }): [string, RegisteredClient] => {
      const isRunning = environment.bindings.servers[code] !== undefined
      return [id, { connectionType, certificates: isRunning ? environment.listedCertificates(code, id) : [] }]
    }),
  )
  return { clients: Object.fromEntries(clients), trusted: trustedBy(environment) }
}

async function recordSession(environment: RunningEnvironment, act: () => Promise<void>): Promise<MockState> {
  const { exchanges, connections } = environment
  const before = { exchange: lastNumber(exchanges.all()), connection: lastNumber(connections.all()) }
  await act()
  return structuredClone({
    exchanges: exchanges.all().filter(({ number }) => number > before.exchange),
    connections: connections.all().filter(({ number }) => number > before.connection),
  })
}

async function behindStandIn(
  environment: RunningEnvironment,
  standIn: StandIn,
  act: () => Promise<void>,
): Promise<MockState> {
  const { bindings, certificates } = environment
  const codes = Object.keys(bindings.servers)
  const present = async (nameOf: (code: string) => string) => {
    for (const code of codes) {
      const { certificate, key } = certificates.get(nameOf(code)) ?? {}
      if (certificate === undefined || key === undefined)
        throw new Error(`${nameOf(code)} is no certificate with a key`)
      await environment.change(code, { kind: 'set-internal-certificate', certificate, key })
    }
  }
  await present(() => standIns[standIn])
  try {
    return await recordSession(environment, act)
  } finally {
    const internal = new Map(
      environment.topology.servers.map((server) => [server.code, internalCertificateName(server)]),
    )
    await present((code) => internal.get(code) ?? code)
  }
}

function lastNumber(entries: readonly { readonly number: number }[]): number {
  return entries.reduce((last, { number }) => Math.max(last, number), 0)
}
