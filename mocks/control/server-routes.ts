import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type ConfigurationChange, configurationChangeSchema } from '../../fixtures/configuration-change.ts'
import type { MockState } from '../../fixtures/connection.ts'
import { peerConductSchema } from '../../fixtures/peer-conduct.ts'
import type { ConnectionLog } from '../log/connection-log.ts'
import type { ExchangeLog } from '../log/exchange-log.ts'
import type { PeerConducts } from '../misbehaviour/peer-conducts.ts'
import type { Credential } from '../pki/keystore.ts'
import type { ControlRoutes } from './control-route.ts'

/** What the control interface can do to the security servers of a process. */
export interface ControlledServers {
  readonly exchanges: Pick<ExchangeLog, 'all'>
  readonly connections: Pick<ConnectionLog, 'all'>
  /** What servers of other processes were provided with, where there are any. */
  readonly provided?: Pick<ExchangeLog, 'all'>
  change(server: string, change: ConfigurationChange): Promise<void>
  /** Generates a key to sign with for a member, and resolves to the request for its certificate, PEM. */
  requestSigningCertificate(server: string, member: string): Promise<string>
  misbehave(names: readonly string[]): void
  readonly conductPeer: PeerConducts['set']
  listedCertificates(server: string, client: string): readonly Pick<Credential, 'der' | 'sha256'>[]
  /** The chain that a server presents now, PEM. */
  internalCertificate(server: string): string
}

export const behaviourRequest = z.strictObject({ misbehaviours: z.array(z.string()) })
export const changeRequest = z.strictObject({ server: z.string(), change: configurationChangeSchema })
export const certificateRequest = z.strictObject({ server: z.string(), member: z.string() })
export const peerRequest = peerConductSchema.extend({ messageId: z.string() })

/**
 * GET /state, /provided, /certificates and /internal-certificate, PUT /behaviour and /peer, POST /change and
 * /certificate-requests.
 */
export function serverRoutes(controlled: ControlledServers): ControlRoutes {
  return {
    'GET /state': ({ query }) =>
      stateOf(controlled.exchanges.all(), controlled.connections.all(), query.get('messageId')),
    'GET /provided': ({ query }) => {
      const all = controlled.provided?.all() ?? []
      const messageId = query.get('messageId')
      return { provided: messageId === null ? all : all.filter((exchange) => exchange.messageId === messageId) }
    },
    'GET /certificates': ({ query }) => {
      const [server, client] = [query.get('server') ?? '', query.get('client') ?? '']
      return { certificates: controlled.listedCertificates(server, client).map(hashesOf) }
    },
    'GET /internal-certificate': ({ query }) => ({
      certificate: controlled.internalCertificate(query.get('server') ?? ''),
    }),
    'PUT /behaviour': async ({ body }) => controlled.misbehave(behaviourRequest.parse(await body()).misbehaviours),
    'PUT /peer': async ({ body }) => {
      const { messageId, profile, misbehaviours } = peerRequest.parse(await body())
      controlled.conductPeer(messageId, { misbehaviours, ...(profile !== undefined && { profile }) })
    },
    'POST /change': async ({ body }) => {
      const { server, change } = changeRequest.parse(await body())
      await controlled.change(server, change)
    },
    'POST /certificate-requests': async ({ body }) => {
      const { server, member } = certificateRequest.parse(await body())
      return { request: await controlled.requestSigningCertificate(server, member) }
    },
  }
}

/** What was seen: all of it, or that of one message. */
function stateOf(
  exchanges: MockState['exchanges'],
  connections: MockState['connections'],
  messageId: string | null,
): MockState {
  if (messageId === null) return { exchanges, connections }
  const found = exchanges.filter((exchange) => exchange.messageId === messageId)
  const numbers = new Set(found.map(({ connection }) => connection))
  return { exchanges: found, connections: connections.filter(({ number }) => numbers.has(number)) }
}

/** What an administrator knows a certificate by. */
function hashesOf({ der, sha256 }: Pick<Credential, 'der' | 'sha256'>): { sha256: string; sha1: string } {
  return { sha256, sha1: createHash('sha1').update(der).digest('hex') }
}
