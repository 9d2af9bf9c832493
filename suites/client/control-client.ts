import { request } from 'undici'
import type { Bindings } from '../../fixtures/bindings.ts'
import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import type { Connection, MockState } from '../../fixtures/connection.ts'
import type { Exchange } from '../../fixtures/exchange.ts'
import type { PeerConduct } from '../../fixtures/peer-conduct.ts'
import type { ProviderScript, ReceivedCall } from '../../fixtures/provider-script.ts'
import type { Topology } from '../../fixtures/topology.ts'

export interface CertificateHashes {
  readonly sha256: string
  readonly sha1: string
}

/** What a behaviour was asked, and the misbehaviours that would have answered otherwise. */
export interface Questions {
  /** How many there have been so far. */
  readonly count: number
  readonly misbehaviours: readonly string[]
  /** Those that would have answered otherwise when the mock started: how to shake hands, above all. */
  readonly atStart: readonly string[]
}

/** What became of a download of global configuration. */
export interface DownloadOutcome {
  readonly accepted: boolean
  /** Whether messages may be exchanged now, by this configuration or by the one before. */
  readonly valid: boolean
  /** Codes of what went wrong, by address in turn. */
  readonly codes: readonly string[]
}

/** How a configuration is downloaded. */
export interface DownloadChoices {
  /** Whether those of federated instances are downloaded too; they are not by default. */
  readonly allowedFederations?: 'none' | 'all'
  /** The profile whose release downloads; that of the target by default. */
  readonly profile?: string
  /** Code of the server that goes by it from then on; none by default. */
  readonly server?: string
}

/** The mock's control interface: what it saw, how it shall misbehave, what an administrator changes. */
export interface ControlClient {
  /** Rejects unless the mock is up. */
  ready(): Promise<void>
  /** What runs, with addresses as the machine that it runs on sees them. */
  environment(): Promise<{ readonly topology: Topology; readonly profile: string; readonly bindings: Bindings }>
  /** The exchanges seen so far, of one message if an identifier is given. */
  exchanges(messageId?: string): Promise<readonly Exchange[]>
  /** The connections of information systems seen so far, or those that a message of that identifier came by. */
  connections(messageId?: string): Promise<readonly Connection[]>
  /** SHA-256 of each certificate that a client of a server lists now, in order. */
  listedCertificates(server: string, client: string): Promise<readonly string[]>
  /** Both hashes of each, lower-case hex. */
  listedHashes(server: string, client: string): Promise<readonly CertificateHashes[]>
  /** The chain that a server presents now, PEM. */
  internalCertificate(server: string): Promise<string>
  misbehave(misbehaviours: readonly string[]): Promise<void>
  /** What the behaviour was asked after the first `since` questions. */
  questions(since?: number): Promise<Questions>
  /** What the scripted information system answers to the calls of that message, one after the other. */
  script(messageId: string, scripts: readonly ProviderScript[]): Promise<void>
  /** How the security server at the provider's end of that message behaves. */
  conductPeer(messageId: string, conduct: PeerConduct): Promise<void>
  /** What the scripted information system received for that message; for a call without one, name its target. */
  received(messageId: string): Promise<readonly ReceivedCall[]>
  /** Imports an anchor, or refreshes what was downloaded by it before; other instances are left alone unless allowed. */
  download(anchor: string, choices?: DownloadChoices): Promise<DownloadOutcome>
  /** Has the certification authority revoke a certificate, PEM; rejects where it is not one of its own. */
  revoke(certificate: string): Promise<void>
  /** Whether registrations of the member or subsystem with that path are approved by themselves. */
  setApproval(client: string, automatic: boolean): Promise<void>
  /** Approves or declines the registration of that number. */
  decide(id: number, approved: boolean): Promise<void>
  /** Adds a member to the register of the central server. */
  addMember(id: string, name: string): Promise<void>
  /** Has a server be again what it was at the start: in the register, and by the anchor that it goes by. */
  restore(server: string): Promise<void>
  /** Has a server generate a key to sign with for a member, by path; resolves to the request for its certificate, PEM. */
  requestSigningCertificate(server: string, member: string): Promise<string>
  /** Changes what the server of that code has configured; rejects with the server's reason. */
  change(server: string, change: ConfigurationChange): Promise<void>
}

/** Of one call, in milliseconds. */
const timeLimit = 10_000

/** What was asked for is refused, with the mock's own reason. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal'
}

/** A client of the control interface at that address. */
export function controlClient({ url, token }: NonNullable<Bindings['control']>): ControlClient {
  const authorization = `Bearer ${token}`

  async function ask(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) }
    const signal = AbortSignal.timeout(timeLimit)
    const response = await request(new URL(path, url), { method, headers, signal, ...json })
    const text = await response.body.text()
    if (response.statusCode === 409) throw new ControlRefusal((JSON.parse(text) as { error: string }).error)
    if (response.statusCode >= 300) {
      throw new Error(`The control interface answered ${method} ${path} with ${response.statusCode}: ${text}`)
    }
    return text === '' ? undefined : JSON.parse(text)
  }

  async function state(messageId?: string): Promise<MockState> {
    const query = messageId === undefined ? '' : `?messageId=${encodeURIComponent(messageId)}`
    return (await ask('GET', `/state${query}`)) as MockState
  }

  async function listedHashes(server: string, client: string): Promise<readonly CertificateHashes[]> {
    const answer = await ask('GET', `/certificates?${new URLSearchParams({ server, client })}`)
    return (answer as { certificates: CertificateHashes[] }).certificates
  }

  return {
    async ready() {
      await ask('GET', '/ready')
    },
    async environment() {
      return (await ask('GET', '/environment')) as { topology: Topology; profile: string; bindings: Bindings }
    },
    exchanges: async (messageId) => (await state(messageId)).exchanges,
    connections: async (messageId) => (await state(messageId)).connections,
    async listedCertificates(server, client) {
      return (await listedHashes(server, client)).map(({ sha256 }) => sha256)
    },
    listedHashes,
    async internalCertificate(server) {
      const answer = await ask('GET', `/internal-certificate?${new URLSearchParams({ server })}`)
      return (answer as { certificate: string }).certificate
    },
    async misbehave(misbehaviours) {
      await ask('PUT', '/behaviour', { misbehaviours })
    },
    async questions(since = 0) {
      return (await ask('GET', `/questions?since=${since}`)) as Questions
    },
    async script(messageId, scripts) {
      await ask('PUT', '/script', { messageId, scripts })
    },
    async conductPeer(messageId, conduct) {
      await ask('PUT', '/peer', { messageId, ...conduct })
    },
    async received(messageId) {
      const answer = await ask('GET', `/calls?${new URLSearchParams({ messageId })}`)
      return (answer as { calls: ReceivedCall[] }).calls
    },
    async download(anchor, choices = {}) {
      return (await ask('POST', '/download', { anchor, ...choices })) as DownloadOutcome
    },
    async revoke(certificate) {
      await ask('POST', '/revoke', { certificate })
    },
    async setApproval(client, automatic) {
      await ask('PUT', '/approval', { client, automatic })
    },
    async decide(id, approved) {
      await ask('POST', '/management-requests', { id, approved })
    },
    async addMember(id, name) {
      await ask('POST', '/members', { id, name })
    },
    async restore(server) {
      await ask('POST', '/restore', { server })
    },
    async requestSigningCertificate(server, member) {
      const answer = await ask('POST', '/certificate-requests', { server, member })
      return (answer as { request: string }).request
    },
    async change(server, change) {
      await ask('POST', '/change', { server, change })
    },
  }
}
