import type { ClientRecording, RegisteredClient } from '../../fixtures/client-recording.ts'
import { internalCertificateName } from '../../fixtures/topology.ts'
import type { RunningEnvironment } from '../environment.ts'
import { recordSession, type Session } from './record-session.ts'
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
  return {
    ...registered(environment),
    forgotten: ordinary.forgotten + impostor.forgotten + misnamed.forgotten,
    ordinary: ordinary.state,
    impostor: impostor.state,
    misnamed: misnamed.state,
  }
}

/** What a client does until the work is done, for one that nobody starts anew. */
export async function recordOrdinary(
  environment: RunningEnvironment,
  work: () => Promise<void>,
): Promise<ClientRecording> {
  const { state, forgotten } = await recordSession(environment, work)
  return { ...registered(environment), forgotten, ordinary: state }
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

async function behindStandIn(
  environment: RunningEnvironment,
  standIn: StandIn,
  act: () => Promise<void>,
): Promise<Session> {
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
