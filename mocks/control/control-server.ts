import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type ConfigurationChange, configurationChangeSchema } from '../../fixtures/configuration-change.ts'
import type { MockState } from '../../fixtures/connection.ts'
import { healthPath } from '../../fixtures/container-layout.ts'
import { peerConductSchema } from '../../fixtures/peer-conduct.ts'
import { providerScriptSchema } from '../../fixtures/provider-script.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { RunningScriptedSystem } from '../information-system/scripted-system.ts'
import { reachableUrlHost } from '../listener/reachable-host.ts'
import { describeRequest } from '../management-services/registered-request.ts'
import type { RegistrationOffice } from '../management-services/registration-office.ts'
import type { Credential } from '../pki/keystore.ts'
import type { ConnectionLog } from './connection-log.ts'
import type { DownloadOutcome } from './downloads-on-demand.ts'
import type { ExchangeLog } from './exchange-log.ts'
import type { NotedBehaviour } from './noted-behaviour.ts'
import type { PeerConducts } from './peer-conducts.ts'

/** What the control interface can do to an environment. */
export interface Controlled {
  readonly exchanges: ExchangeLog
  readonly connections: ConnectionLog
  change(server: string, change: ConfigurationChange): Promise<void>
  misbehave(names: readonly string[]): void
  readonly conductPeer: PeerConducts['set']
  /** Absent unless questions are noted. */
  readonly questionsSince: NotedBehaviour['questionsSince'] | undefined
  listedCertificates(server: string, client: string): readonly Pick<Credential, 'der' | 'sha256'>[]
  /** The chain that a server presents now, PEM. */
  internalCertificate(server: string): string
  /** Revokes a certificate, PEM, of the certification authority. */
  revoke(certificate: string): Promise<void>
  /** Where registrations wait for approval, and members are added. */
  readonly office: Pick<RegistrationOffice, 'requests' | 'setApproval' | 'approve' | 'decline' | 'addMember'>
  /** What runs, and how it is reached from the machine that it runs on. */
  describe(): unknown
  /** Downloads the configuration of an anchor as a security server that has imported it. */
  download(anchor: string): Promise<DownloadOutcome>
  /** The information system that answers as scripted, if the topology has one. */
  readonly scripted: Pick<RunningScriptedSystem, 'script' | 'calls'> | undefined
}

export interface ControlOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Every request carries it as `Authorization: Bearer`; made by default. */
  readonly token?: string
}

export interface RunningControlServer {
  readonly url: string
  /** Every request but one for the health carries it; without it a page in a browser could change the server. */
  readonly token: string
  stop(): Promise<void>
}

const bodyLimit = 2 * 1024 * 1024
const behaviourRequest = z.strictObject({ misbehaviours: z.array(z.string()) })
const scriptRequest = z.strictObject({ messageId: z.string(), scripts: z.array(providerScriptSchema) })
const downloadRequest = z.strictObject({ anchor: z.string() })
const approvalRequest = z.strictObject({ client: z.string(), automatic: z.boolean() })
const decisionRequest = z.strictObject({ id: z.int(), approved: z.boolean() })
const memberRequest = z.strictObject({ id: z.string(), name: z.string() })
const revokeRequest = z.strictObject({ certificate: z.string() })
const peerRequest = peerConductSchema.extend({ messageId: z.string() })
const changeRequest = z.strictObject({ server: z.string(), change: configurationChangeSchema })

/**
 * Serves the control interface, on loopback unless told otherwise: GET /health, /ready, /environment, /state,
 * /certificates, /internal-certificate, /calls, /questions and /management-requests; PUT /behaviour, /script, /peer and
 * /approval; POST /change, /download, /revoke, /management-requests and /members. Throws a UsageError if the port is taken.
 */
export async function startControlServer(
  controlled: Controlled,
  { host = '127.0.0.1', port: wanted = 0, token = randomBytes(24).toString('base64url') }: ControlOptions = {},
): Promise<RunningControlServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(controlled, token, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new UsageError(`the control interface cannot use ${host}:${wanted} (${error.code}); write another port`))
    })
    server.listen(wanted, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${reachableUrlHost(host)}:${port}`,
    token,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  controlled: Controlled,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const reply = (status: number, body: unknown) => {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  // Whoever watches over a container has no token and learns nothing but that it is up.
  if (request.method === 'GET' && request.url === healthPath) return reply(200, { healthy: true })
  if (!carriesToken(request, token))
    return reply(401, { error: 'write the token of this run in Authorization: Bearer' })
  const url = URL.parse(request.url ?? '/', 'http://control')
  if (url === null) return reply(400, { error: 'the target is no URL' })
  try {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /ready':
        return reply(200, { ready: true })
      case 'GET /environment':
        return reply(200, controlled.describe())
      case 'GET /state':
        return reply(200, stateOf(controlled, url.searchParams.get('messageId')))
      case 'GET /certificates': {
        const [server, client] = [url.searchParams.get('server') ?? '', url.searchParams.get('client') ?? '']
        return reply(200, { certificates: controlled.listedCertificates(server, client).map(hashesOf) })
      }
      case 'GET /internal-certificate':
        return reply(200, { certificate: controlled.internalCertificate(url.searchParams.get('server') ?? '') })
      case 'GET /questions':
        if (controlled.questionsSince === undefined) throw new UsageError('this environment notes no questions')
        return reply(200, controlled.questionsSince(Number(url.searchParams.get('since') ?? 0)))
      case 'PUT /script': {
        const { messageId, scripts } = scriptRequest.parse(await readJson(request))
        scriptedSystem(controlled).script(messageId, scripts)
        return reply(200, {})
      }
      case 'GET /calls':
        return reply(200, { calls: scriptedSystem(controlled).calls(url.searchParams.get('messageId') ?? '') })
      case 'PUT /behaviour':
        controlled.misbehave(behaviourRequest.parse(await readJson(request)).misbehaviours)
        return reply(200, {})
      case 'PUT /peer': {
        const { messageId, profile, misbehaviours } = peerRequest.parse(await readJson(request))
        controlled.conductPeer(messageId, { misbehaviours, ...(profile !== undefined && { profile }) })
        return reply(200, {})
      }
      case 'POST /download':
        return reply(200, await controlled.download(downloadRequest.parse(await readJson(request)).anchor))
      case 'POST /revoke':
        await controlled.revoke(revokeRequest.parse(await readJson(request)).certificate)
        return reply(200, {})
      case 'GET /management-requests':
        return reply(200, { requests: controlled.office.requests().map(describeRequest) })
      case 'PUT /approval': {
        const { client, automatic } = approvalRequest.parse(await readJson(request))
        controlled.office.setApproval(client, automatic)
        return reply(200, {})
      }
      case 'POST /management-requests': {
        const { id, approved } = decisionRequest.parse(await readJson(request))
        if (approved) controlled.office.approve(id)
        else controlled.office.decline(id)
        return reply(200, {})
      }
      case 'POST /members': {
        const { id, name } = memberRequest.parse(await readJson(request))
        controlled.office.addMember(id, name)
        return reply(200, {})
      }
      case 'POST /change': {
        const { server, change } = changeRequest.parse(await readJson(request))
        await controlled.change(server, change)
        return reply(200, {})
      }
      default:
        return reply(404, { error: `no ${request.method} ${url.pathname} here` })
    }
  } catch (error) {
    if (error instanceof UsageError) return reply(409, { error: error.message })
    if (error instanceof z.ZodError) return reply(400, { error: z.prettifyError(error) })
    if (error instanceof SyntaxError) return reply(400, { error: `not JSON: ${error.message}` })
    throw error
  }
}

/** What an administrator knows a certificate by. */
function hashesOf({ der, sha256 }: Pick<Credential, 'der' | 'sha256'>): { sha256: string; sha1: string } {
  return { sha256, sha1: createHash('sha1').update(der).digest('hex') }
}

function scriptedSystem({ scripted }: Controlled): NonNullable<Controlled['scripted']> {
  if (scripted !== undefined) return scripted
  throw new UsageError('the topology has no scripted information system; add one with `serves: scripted`')
}

/** What was seen: all of it, or that of one message. */
function stateOf(controlled: Controlled, messageId: string | null): MockState {
  const [exchanges, connections] = [controlled.exchanges.all(), controlled.connections.all()]
  if (messageId === null) return { exchanges, connections }
  const found = exchanges.filter((exchange) => exchange.messageId === messageId)
  const numbers = new Set(found.map(({ connection }) => connection))
  return { exchanges: found, connections: connections.filter(({ number }) => numbers.has(number)) }
}

function carriesToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyLimit) throw new UsageError(`a request of the control interface has at most ${bodyLimit} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
