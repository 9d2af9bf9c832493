import { expect } from 'vitest'
import type { Connection, MockState } from '../../fixtures/connection.ts'
import type { Exchange } from '../../fixtures/exchange.ts'
import { headerValue } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { placeOf } from './place-of-call.ts'

// How an information system connects to its security server, judged by what it did.
const needs = ['client'] as const

scenario('client always calls over https', { covers: ['CONN-HTTPS-13', 'TENANT-02'], needs }, async (target) => {
  expect(inTheClear(await target.clientUnderTest())).toEqual([])
})

scenario(
  'client of type https presents a certificate that it lists',
  { covers: ['CONN-HTTPS-14', 'TENANT-02', 'CLNT-04'], needs },
  async (target) => {
    const { calls, registered, some } = await target.clientUnderTest()
    const isMeant = (call: Exchange) => call.listener === 'https' && registered(call)?.connectionType === 'HTTPS'
    const overTls = some(calls.filter(isMeant), 'call over HTTPS as a client of type HTTPS')
    const isListed = (call: Exchange) => registered(call)?.certificates.includes(call.tls?.certificateSha256 ?? 'none')
    expect(overTls.filter((call) => !isListed(call)).map(placeOf)).toEqual([])
  },
)

scenario('each client has a certificate of its own', { covers: ['TENANT-17'], needs }, async (target) => {
  expect(sharedCertificates(await target.clientUnderTest())).toEqual([])
})

scenario(
  "client sends nothing to a server with somebody else's certificate",
  { covers: ['CONN-HTTPS-15'], needs },
  async (target) => {
    const { connectionsTo } = await target.clientUnderTest()
    expect(used(connectionsTo('impostor'))).toEqual([])
  },
)

scenario(
  'client sends nothing to a server whose certificate has another name',
  { covers: ['CONN-HTTPS-16'], needs },
  async (target) => {
    const { connectionsTo } = await target.clientUnderTest()
    expect(used(connectionsTo('misnamed'))).toEqual([])
  },
)

scenario('client calls by a name of the certificate', { covers: ['CONN-HTTPS-16'], needs }, async (target) => {
  const { recording, some, namesOfServers } = await target.clientUnderTest()
  const asked = some(hostsAsked(recording.ordinary), 'TLS connection that tells whom it is for')
  expect(asked.filter((name) => !namesOfServers.includes(name))).toEqual([])
})

/** What the client sent without TLS, even if only because there was something wrong with the certificate of its server. */
function inTheClear({ everyCall, everyConnection }: ClientUnderTest): string[] {
  const calls = everyCall.filter(({ listener }) => listener === 'http')
  const strays = everyConnection.filter(
    ({ handshake }) => handshake?.kind === 'failed' && handshake.reason === 'ERR_SSL_HTTP_REQUEST',
  )
  return [...calls.map(placeOf), ...strays.map(({ number }) => `connection ${number}: HTTP where TLS is spoken`)]
}

/**
 * The hosts that a client means to call over TLS, each once. Some clients say it in the handshake of no host, or of none
 * without a dot in its name; all of them say it in the calls that follow.
 */
function hostsAsked({ connections, exchanges }: MockState): string[] {
  const called = Map.groupBy(exchanges, ({ connection }) => connection)
  const asked = connections.flatMap(({ number, clientHello }) => {
    if (clientHello === undefined) return []
    const { serverName } = clientHello
    return serverName === undefined ? (called.get(number) ?? []).map(hostOf) : [serverName]
  })
  return [...new Set(asked.map((name) => name.toLowerCase()))]
}

function hostOf({ request }: Exchange): string {
  return (headerValue(request, 'host') ?? 'no host').replace(/:\d*$/, '')
}

/** The connections by which the client sent anything once the handshake was done. */
function used(connections: readonly Connection[]): string[] {
  return connections.filter(({ receivedBytes }) => receivedBytes).map(({ number }) => `connection ${number}`)
}

/** The certificates by which more than one client called, each with these clients. */
function sharedCertificates({ calls, some }: ClientUnderTest): string[] {
  const presenting = calls.filter(({ tls }) => tls?.certificateSha256 !== undefined)
  const called = Map.groupBy(some(presenting, 'call with a certificate'), ({ tls }) => tls?.certificateSha256)
  return [...called].flatMap(([certificate, its]) => {
    const clients = new Set(its.map(({ client }) => client).filter((client) => client !== undefined))
    return clients.size < 2 ? [] : [`${certificate}: ${[...clients].join(', ')}`]
  })
}
