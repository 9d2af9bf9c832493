import { hash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Server } from 'node:net'
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TopologyInput } from '../../fixtures/topology.ts'
import { makeSelfSigned } from '../../suites/client/self-signed.ts'
import { writeEnvelope } from '../../suites/client/soap-envelope.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'
import { credentialOf } from '../pki/keystore.ts'

// ss1 is the consumers' server, ss2 the provider's. What ss3 says, which nobody runs, is said here.
let environment: RunningEnvironment
let answer: (socket: TLSSocket) => void = () => {}
let shown: { cert: string; key: string }
const servers: Server[] = []
const callers: TLSSocket[] = []

beforeAll(async () => {
  const peer = createTlsServer({
    requestCert: true,
    rejectUnauthorized: false,
  })
  const port = await listenOn(peer)
  peer.on('secureConnection', (socket) => {
    socket.on('error', () => {})
    answer(socket)
  })
  const plain = createTcpServer((socket) => socket.on('error', () => {}).end('I speak no TLS\r\n'))
  environment = await startEnvironment(topology({ ss3: port, plain: await listenOn(plain) }))
  const { certificate: cert, key = '' } = environment.bindings.peers?.['ss2'] ?? expect.unreachable()
  shown = { cert, key }
  peer.setSecureContext(shown)
})

afterAll(async () => {
  for (const socket of callers) socket.destroy()
  await environment?.stop()
  for (const server of servers) server.close()
})

describe('between two servers', () => {
  test('messages of both protocols pass, and the log knows what the provider was sent', async () => {
    environment.exchanges.clear()
    expect(await callRest()).toMatchObject({ status: 200, text: expect.stringContaining('"data"') })
    expect(await callSoap()).toMatchObject({ status: 200, text: expect.stringContaining('requestHash') })
    const calls = environment.exchanges.all().map(({ server, providerCalls }) => [server, providerCalls.length])
    expect(calls).toEqual([
      ['ss1', 1],
      ['ss1', 1],
    ])
  })

  test('the certificate that a server shows is the one that the global configuration lists for it', async () => {
    const { httpUrl } = environment.centralServer
    const directory = await (await fetch(`${httpUrl}/internalconf?version=6`)).text()
    const location = /Content-location: (.*shared-params\.xml)/i.exec(directory)?.[1] ?? expect.unreachable()
    const parameters = await (await fetch(httpUrl + location)).text()
    const socket = await connectPeer('ss2', 'ss1')
    const shown = socket.getPeerX509Certificate()?.raw ?? expect.unreachable()
    expect(parameters.replace(/>\s+</g, '><')).toContain(
      `<serverCode>ss2</serverCode><address>ss2</address><authCertHash>${hash('sha256', shown, 'base64')}</authCertHash>`,
    )
  })

  test('the client must be registered at the server that sends the message', async () => {
    const asked = await callPeer('ss2', peerRequest('X-Road-Client:T/GOV/1/Provider'), 'ss1')
    expect(asked).toContain('server.serverproxy.service_failed.ssl_authentication_failed')
    expect(asked).toContain('is not registered at security server SERVER:T/GOV/1/ss1')
  })
})

describe('the connection between two servers', () => {
  test.each([
    ['may serve another message', true],
    ['ends with the answer where connections are not pooled', false],
  ])('%s', async (_, pooledPeerConnections) => {
    await environment.change('ss2', { kind: 'set-settings', settings: { pooledPeerConnections } })
    const socket = await connectPeer('ss2', 'ss1')
    socket.write(peerRequest('X-Road-Client:T/GOV/1/Consumer'))
    let said = ''
    for await (const chunk of socket) {
      said += chunk.toString()
      if (pooledPeerConnections && said.endsWith('0\r\n\r\n')) break
    }
    await environment.change('ss2', { kind: 'set-settings', settings: { pooledPeerConnections: true } })
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(/\r\nConnection: close\r\n/.test(said)).toBe(!pooledPeerConnections)
    expect((await callRest()).status).toBe(200)
  })
})

describe('the way to another server', () => {
  test.each([
    ['nowhere', 'unknown_host', 'ss4.invalid: Name or service not known'],
    ['closed', 'network_error', 'Could not connect to any target host ([https://127.0.0.1:5500/])'],
    ['plain', 'ssl_authentication_failed', 'TLS handshake failed'],
  ])('fails in the words of the reference (%s)', async (server, code, message) => {
    expect(await callRest(server)).toMatchObject({ status: 500, code: `server.clientproxy.${code}`, message })
  })

  test.each([
    ['a stranger', '/CN=nobody', 'CN=nobody'],
    ['nobody', '/', ''],
  ])('ends at one that shows a certificate of %s', async (_, name, subject) => {
    const { certificate: cert, key } = makeSelfSigned('nobody', name)
    const peer = servers[0] as ReturnType<typeof createTlsServer>
    peer.setSecureContext({ cert, key })
    answer = (socket) => socket.on('data', () => expect.unreachable('a stranger has got the message'))
    const seen = await callRest('ss3')
    peer.setSecureContext(shown)
    expect(seen).toMatchObject({
      code: 'server.clientproxy.ssl_authentication_failed',
      message: `Authentication certificate ${subject} is not associated with any security server`,
    })
  })

  test('ends at one that shows what is no authentication certificate', async () => {
    const { certificate: cert, key } = credentialOf(await environment.centralServer.trust.issued.signing('T/GOV/1'))
    const peer = servers[0] as ReturnType<typeof createTlsServer>
    peer.setSecureContext({ cert, key })
    const seen = await callRest('ss3')
    peer.setSecureContext(shown)
    expect(seen).toMatchObject({
      code: 'server.clientproxy.ssl_authentication_failed',
      message: 'Peer certificate is not an authentication certificate',
    })
  })

  test('ends at one whose registration is gone, and begins there again once it is back', async () => {
    const { office } = environment.centralServer
    const fields = {
      server: {
        kind: 'server',
        owner: { kind: 'member', instance: 'T', memberClass: 'GOV', memberCode: '1' },
        serverCode: 'ss2',
      },
      authCert: new X509Certificate(shown.cert).raw,
    } as const
    await office.submit({ service: 'authCertDeletion', fields })
    const seen = await callRest('ss2')
    await office.approve(await office.submit({ service: 'authCertReg', fields }))
    expect(seen.code).toBe('server.clientproxy.ssl_authentication_failed')
    expect(seen.message).toMatch(/^Authentication certificate .* is not associated with any security server$/)
    expect((await callRest('ss2')).status).toBe(200)
  })

  test('ends at one where the provider is not registered', async () => {
    expect(await callRest('ss3', 'Elsewhere')).toMatchObject({
      code: 'server.clientproxy.ssl_authentication_failed',
      message: "Client 'SUBSYSTEM:T/GOV/1/Elsewhere' is not registered at security server SERVER:T/GOV/1/ss2",
    })
  })

  const head = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n'
  test.each([
    ['nothing', '', 'io_error', '127.0.0.1:5500 failed to respond'],
    ['garbage', 'garbage\r\n\r\n', 'io_error', 'a valid HTTP response'],
    ['an error', 'HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n', 'http_error', 'error 404: Gone'],
    ['half an answer', `${head}40\r\n--b\r\ncontent-type: app`, 'io_error', ''],
    ['parts of something else', `${head}d\r\n--c\r\n\r\n--c--\r\n\r\n0\r\n\r\n`, 'mime_parsing_failed', 'no boundary'],
    ['no status', `${head}${chunk(part('x'))}0\r\n\r\n`, 'mime_parsing_failed', 'no status'],
    ['a fault of no kind', fault('<a/>'), 'mime_parsing_failed', 'without a code'],
  ])('%s that comes back is a fault', async (_, text, code, message) => {
    answer = (socket) => socket.once('data', () => socket.end(text))
    const seen = await callRest('ss3')
    expect(seen).toMatchObject({ status: 500, code: `server.clientproxy.${code}` })
    expect(seen.message).toContain(message)
  })

  test('brings a fault back as it was written', async () => {
    const xml = '<faultcode>Server.Own</faultcode><faultstring>a &lt; b&#1;</faultstring><faultDetail>d</faultDetail>'
    answer = (socket) => socket.once('data', () => socket.end(fault(xml)))
    expect(await callRest('ss3')).toMatchObject({ code: 'Server.Own', message: 'a < b\u0001' })
  })
})

describe('a peer that sends no message', () => {
  test.each([
    ['garbage', 'garbage\r\n\r\n', '400'],
    ['another method', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'invalid_http_method'],
    ['no multipart', post('text/plain', 'hello'), 'mime_parsing_failed'],
    [
      'half a message',
      post('multipart/mixed; boundary=b', '--b\r\ncontent-type: application/x-road-rest-re'),
      'ends before',
    ],
    ['no REST message', post('multipart/mixed; boundary=b', '--b\r\n\r\n\r\n--b--'), 'no REST request'],
    ['a path of nothing', post('multipart/mixed; boundary=b', part('GET /\r\n')), 'Invalid request URI'],
    [
      'a head without end',
      post('multipart/mixed; boundary=b', part(`GET /${'x'.repeat(3_000_000)}`)),
      'more than 1048576',
    ],
  ])('gets a fault and no connection: %s', async (_, text, reason) => {
    expect(await callPeer('ss2', text, 'ss1')).toContain(reason)
    expect((await callRest()).status).toBe(200)
  })

  test('is believed only what its message says of the client', async () => {
    const [soap, header] = [writeCall('Elsewhere'), 'x-roadworthy-client: T/GOV/1/Consumer\r\n']
    const request = post('multipart/mixed; boundary=b', `--b\r\ncontent-type: text/xml\r\n\r\n${soap}\r\n--b--\r\n`)
    const asked = await callPeer('ss2', request.replace('x-road-message-type: REST\r\n', header), 'ss1')
    expect(asked).toContain('SUBSYSTEM:T/GOV/1/Elsewhere&apos; is not registered at security server')
  })

  test('that goes away in the middle leaves no trace', async () => {
    const socket = await connectPeer('ss2', 'ss1')
    socket.write(post('multipart/mixed; boundary=b', 'x'.repeat(100)).slice(0, -50))
    socket.destroy()
    await once(socket, 'close')
    expect((await callRest()).status).toBe(200)
  })

  test.each([
    ['none', undefined],
    ['unregistered', 'unregistered'],
  ])('gets no answer without a registered certificate (%s)', async (_, name) => {
    await expect(
      callPeer('ss2', peerRequest('X-Road-Client:T/GOV/1/Consumer'), name).then((text) => text || null),
    ).rejects.toThrow()
  })
})

function topology(ports: Readonly<Record<'ss3' | 'plain', number>>): TopologyInput {
  const allow = [{ subjects: [{ client: 'T/GOV/1/Consumer' }] }]
  const url = '${test-services.http}'
  const provider = {
    id: 'T/GOV/1/Provider',
    descriptions: [
      { type: 'REST' as const, services: [{ code: 'rest', url: `${url}/rest-api`, allow }] },
      {
        type: 'WSDL' as const,
        services: [{ code: 'getRandom', version: 'v1', url: `${url}/test-service/Endpoint`, allow }],
      },
    ],
  }
  const silent = (code: string, port: number, address = '127.0.0.1') => ({
    code,
    owner: 'T/GOV/1',
    address,
    running: false,
    listen: { peer: port },
    clients: [{ id: 'T/GOV/1/Provider' }, ...(code === 'ss3' ? [{ id: 'T/GOV/1/Elsewhere' }] : [])],
  })
  return {
    instance: 'T',
    memberClasses: ['GOV'],
    members: [{ id: 'T/GOV/1', name: 'One' }],
    informationSystems: [{ name: 'test-services', serves: 'test-services' }],
    servers: [
      { code: 'ss1', owner: 'T/GOV/1', clients: [{ id: 'T/GOV/1/Consumer', connectionType: 'HTTP' }] },
      { code: 'ss2', owner: 'T/GOV/1', clients: [provider] },
      silent('ss3', ports.ss3),
      silent('plain', ports.plain),
      // Where nobody listens.
      silent('closed', 1),
      silent('nowhere', 0, 'ss4.invalid'),
    ],
  }
}

async function listenOn(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

interface Outcome {
  readonly status: number
  readonly text: string
  readonly code?: string
  readonly message?: string
}

async function callRest(server?: string, subsystem = 'Provider'): Promise<Outcome> {
  const response = await fetch(`${environment.bindings.servers['ss1']?.http}/r1/T/GOV/1/${subsystem}/rest/random`, {
    headers: {
      'X-Road-Client': 'T/GOV/1/Consumer',
      ...(server === undefined ? {} : { 'X-Road-Security-Server': `T/GOV/1/${server}` }),
    },
  })
  const text = await response.text()
  const { type: code, message } = JSON.parse(text) as { type: string; message: string }
  return { status: response.status, text, code, message }
}

function writeCall(subsystemCode: string): string {
  const member = { instance: 'T', memberClass: 'GOV', memberCode: '1' }
  const provider = { kind: 'subsystem', ...member, subsystemCode: 'Provider' } as const
  return writeEnvelope({
    client: { kind: 'subsystem', ...member, subsystemCode },
    service: { kind: 'service', provider, serviceCode: 'getRandom', serviceVersion: 'v1' },
    id: 'one',
    body: '<p:getRandom xmlns:p="http://test.x-road.fi/producer"><p:request/></p:getRandom>',
  })
}

async function callSoap(): Promise<Outcome> {
  const response = await fetch(environment.bindings.servers['ss1']?.http ?? '', {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml' },
    body: writeCall('Consumer'),
  })
  return { status: response.status, text: await response.text() }
}

async function connectPeer(server: string, as: string | undefined): Promise<TLSSocket> {
  const { port } = new URL(environment.bindings.servers[server]?.peer ?? '')
  const { certificate: cert, key } = environment.bindings.peers?.[as ?? ''] ?? {}
  const socket = connect({
    port: Number(port),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(cert && key ? { cert, key } : {}),
  })
  callers.push(socket)
  await once(socket, 'secureConnect')
  return socket
}

/** Everything that a server says to one request; rejects if it says nothing. */
async function callPeer(server: string, request: string, as: string | undefined): Promise<string> {
  const socket = await connectPeer(server, as)
  socket.on('error', () => {})
  socket.write(request)
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk.toString()
    if (said.includes('Fault>') && said.endsWith('0\r\n\r\n')) socket.end()
  })
  await once(socket, 'close')
  if (said === '') throw new Error('nothing was said')
  return said
}

function post(type: string, body: string): string {
  return `POST / HTTP/1.1\r\nHost: a\r\nx-road-message-type: REST\r\nx-hash-algorithm: SHA-512\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function peerRequest(...headers: string[]): string {
  const lines = ['GET /r1/T/GOV/1/Provider/listMethods', ...headers, 'X-Road-Id:1', '']
  return post('multipart/mixed; boundary=b', part(lines.join('\r\n')))
}

function part(text: string): string {
  const type = text === 'x' ? 'application/x-road-rest-response' : 'application/x-road-rest-request'
  return `--b\r\ncontent-type: ${type}\r\n\r\n${text === 'x' ? 'x\r\n' : text}\r\n--b--\r\n`
}

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

function fault(xml: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${xml.length}\r\n\r\n${xml}`
}
