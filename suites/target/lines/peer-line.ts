import { randomUUID } from 'node:crypto'
import type { ClientId } from '../../../fixtures/identifiers.ts'
import { type Endpoint, type Identity, openConnection } from '../../client/connection.ts'
import { peerRequest } from '../../client/peer-request.ts'
import type { Answer, Call } from '../../observe/answer.ts'
import type { Scene } from '../cast/scene.ts'
import { NotApplicable } from '../not-applicable.ts'

/** A message that is sent to a security server as if another had sent it. */
export interface PeerQuestion {
  /** Whose authentication certificate is shown: code of a server, `unregistered`, or `none`; or any other identity. */
  readonly as: string | Identity
  readonly client: ClientId
  /** Whose methods are asked for. */
  readonly provider: ClientId
  /** Whether the message says by which algorithm its parts are hashed, as it must; it does by default. */
  readonly hashed?: boolean
}

/** Where a security server listens for others. */
export function peerEndpoint({ bindings }: Scene, server: string): Endpoint {
  const url = bindings.servers[server]?.peer
  if (url !== undefined) return { url }
  throw new NotApplicable(`the bindings do not say where ${server} listens for other security servers`)
}

/** Sends a message to the consumers' own security server over a connection of its own. */
export async function askPeer(
  scene: Scene,
  version: string,
  { as, client, provider, hashed = true }: PeerQuestion,
): Promise<{ answer: Answer; call: Call }> {
  const { code } = scene.server
  const identity = as === 'none' ? {} : { identity: typeof as === 'string' ? peerIdentity(scene, as) : as }
  const connection = openConnection(peerEndpoint(scene, code), { ...identity, maxVersion: 'TLSv1.2' })
  const messageId = randomUUID()
  const service = { kind: 'service', provider, serviceCode: 'listMethods' } as const
  const request = peerRequest(client, service, version, messageId, hashed ? 'SHA-512' : undefined)
  const certificate = typeof as === 'string' ? as : 'another'
  // What comes back is a SOAP fault, whatever the protocol of the message.
  const call = { protocol: 'soap', method: 'POST', target: '/', over: 'https', server: code, certificate, messageId }
  try {
    return { answer: await connection.send(request), call: call as Call }
  } finally {
    await connection.close()
  }
}

/** By which a security server, or `unregistered`, is known to others, with the key. */
export function peerIdentity({ bindings }: Scene, name: string): Identity {
  const { certificate, key } = bindings.peers?.[name] ?? {}
  if (certificate !== undefined && key !== undefined) return { certificate, key }
  throw new NotApplicable(`the bindings give no authentication certificate of ${name} with its key`)
}
