import { expect } from 'vitest'
import type { Connection } from '../../fixtures/connection.ts'
import { scenario } from '../scenario.ts'
import type { ClientUnderTest } from '../target/client-under-test.ts'
import { placeOf } from './place-of-call.ts'

// How an information system connects to its security server, judged by what it did.
const needs = ['client'] as const

scenario('client always calls over https', { covers: ['CONN-HTTPS-13', 'TENANT-02'], needs }, async (target) => {
  const { calls } = await target.clientUnderTest()
  expect(calls.filter(({ listener }) => listener === 'http').map(placeOf)).toEqual([])
})

scenario(
  'client of type https presents a certificate that it lists',
  { covers: ['CONN-HTTPS-14', 'TENANT-02', 'CLNT-04'], needs },
  async (target) => {
    const { calls, registered } = await target.clientUnderTest()
    const overTls = calls.filter((call) => call.listener === 'https' && registered(call)?.connectionType === 'HTTPS')
    const isListed = (call: (typeof calls)[number]) =>
      registered(call)?.certificates.includes(call.tls?.certificateSha256 ?? 'none')
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
  const { hellos, namesOfServers } = await target.clientUnderTest()
  const asked = hellos.map(({ serverName }) => serverName ?? 'no name')
  expect(asked.filter((name) => !namesOfServers.includes(name))).toEqual([])
})

/** The connections by which the client sent anything once the handshake was done. */
function used(connections: readonly Connection[]): string[] {
  return connections.filter(({ receivedBytes }) => receivedBytes).map(({ number }) => `connection ${number}`)
}

/** The certificates by which more than one client called, each with these clients. */
function sharedCertificates({ calls }: ClientUnderTest): string[] {
  const called = Map.groupBy(calls, ({ tls }) => tls?.certificateSha256)
  return [...called].flatMap(([certificate, its]) => {
    const clients = new Set(its.map(({ client }) => client).filter((client) => client !== undefined))
    return certificate === undefined || clients.size < 2 ? [] : [`${certificate}: ${[...clients].join(', ')}`]
  })
}
