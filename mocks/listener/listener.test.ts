import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ConnectionOptions, createServer, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { expect, test } from 'vitest'
import type { ClientHello } from '../../fixtures/connection.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import { makeSelfSigned } from '../../suites/client/self-signed.ts'
import { message, record, splitRecords } from '../../suites/client/tls-messages.ts'
import { clientHello } from '../../suites/tls/client-hello.ts'
import { ssl2ClientHello } from '../../suites/tls/ssl2.ts'
import { type RunningListener, startListener } from './listener.ts'
import { tlsOptions } from './tls-options.ts'

const profile = findProfile('7.8+tls13') ?? expect.unreachable('7.8+tls13')
const [first, second] = [makeSelfSigned('first'), makeSelfSigned('second')]
const tls = { ...tlsOptions(profile.clientTls), cert: first.certificate, key: first.key, handshakeTimeout: 1000 }
const suites = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']
const hello = clientHello({ version: 'TLSv1.2', suites, serverName: 'ss1.example' }, Buffer.alloc(32))
const helloIn13 = clientHello({ version: 'TLSv1.3', suites: ['TLS_AES_128_GCM_SHA256'] }, Buffer.alloc(32))
const noCommonSuite = clientHello({ version: 'TLSv1.2', suites: ['TLS_RSA_WITH_RC4_128_MD5'] }, Buffer.alloc(32))
const fragments = pieces(hello.subarray(5), 70).map((bytes) => record(22, bytes, 0x0301))

test.concurrent.for([
  ['a hello', [hello], 1],
  ['a hello in TLS 1.3', [helloIn13], 1],
  ['a hello in many segments', pieces(hello, 9), 1],
  ['a hello in several records', [Buffer.concat(fragments)], 1],
  ['a hello in records and segments', pieces(Buffer.concat(fragments), 50), 1],
  ['a hello with more behind it', [Buffer.concat([hello, record(21, Buffer.of(2, 48))])], 1],
  ['a hello without a common suite', [noCommonSuite], 1],
  ['a hello that an alert interrupts', [fragments[0], record(21, Buffer.of(2, 40))], 0],
  ['half a hello', [hello.subarray(0, 60)], 0],
  ['a hello of SSL 2.0', [ssl2ClientHello(Buffer.alloc(16))], 0],
  ['HTTP', [Buffer.from('GET / HTTP/1.1\r\nHost: ss1.example\r\n\r\n')], 0],
  ['garbage', [Buffer.alloc(200, 0xee)], 0],
  ['an empty record before the hello', [record(22, Buffer.alloc(0), 0x0301), hello], 0],
  ['a message that is no hello', [record(22, message(2, Buffer.alloc(40)), 0x0301)], 0],
  ['a hello that is cut off within', [record(22, message(1, hello.subarray(9, 60)), 0x0301)], 0],
  ['silence', [], 0],
] as const)('%s is answered as a server does that has not looked', async ([_, said, hellos]) => {
  for (const hangUp of [false, true]) {
    await using bare = await startBare()
    await using looking = await startLooking()
    const [expected, answered] = await Promise.all([bare, looking].map(({ port }) => tell(port, said, hangUp)))
    expect(answered).toEqual(expected)
    expect(await looking.ended).toEqual(await bare.ended)
    expect(looking.hellos).toHaveLength(hellos)
  }
})

test('a handshake goes on behind the hello, with what it offered told before', async () => {
  await using looking = await startLooking()
  const { port, hellos, served } = looking
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    await using client = await shakeHands(port, { minVersion: version, maxVersion: version, servername: 'ss1.example' })
    // Half a connection is enough for an answer.
    client.end('ping')
    expect([String((await once(client, 'data'))[0]), client.getProtocol()]).toEqual(['ping', version])
    expect(hellos.at(-1)).toMatchObject({ versions: [version], serverName: 'ss1.example' })
  }
  expect(served).toHaveLength(2)
})

test('the next handshake is with the certificate that has replaced the other', async () => {
  await using looking = await startLooking()
  const names = [await presentedName(looking.port)]
  looking.replaceTls({ ...tls, cert: second.certificate, key: second.key })
  names.push(await presentedName(looking.port))
  expect(names).toEqual(['CN=first', 'CN=second'])
})

test('what stops closes connections that have said nothing, or half of what they should', async () => {
  await using looking = await startLooking({ handshakeTimeout: 30_000 })
  const closed = [Buffer.alloc(0), hello.subarray(0, 60)].map((bytes) => {
    const socket = connect(looking.port, '127.0.0.1').on('error', () => {})
    socket.write(bytes)
    return closeOf(socket.resume())
  })
  await looking.arrived(closed.length)
  await looking.stop()
  await Promise.all(closed)
  expect(await looking.ended).toBe('closed')
})

test('a connection that is reset before its hello is told to be closed', async () => {
  await using looking = await startLooking({ handshakeTimeout: 30_000 })
  const socket = connect(looking.port, '127.0.0.1')
  await looking.arrived(1)
  socket.resetAndDestroy()
  expect(await looking.ended).toBe('closed')
})

/** node:tls as it is, and the code that ended its first handshake. */
async function startBare() {
  const server = createServer({ requestCert: true, ...tls, rejectUnauthorized: false })
  const ended = new Promise<string | undefined>((resolve) => {
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      resolve(error.code === 'ECONNRESET' ? 'closed' : error.code)
      socket.destroy()
    })
  })
  server.on('connection', (socket: Socket) => socket.on('error', () => socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, ended, [Symbol.asyncDispose]: async () => void server.close() }
}

async function startLooking(other: { readonly handshakeTimeout?: number } = {}) {
  const hellos: ClientHello[] = []
  const served: unknown[] = []
  const waiting: (() => void)[] = []
  let arrivals = 0
  let end: (reason: string) => void
  const ended = new Promise<string>((resolve) => (end = resolve))
  const listener: RunningListener = await startListener({
    host: '127.0.0.1',
    port: 0,
    purpose: 'the listener of this test',
    tls: { ...tls, ...other },
    receive() {
      arrivals += 1
      for (const wake of waiting) wake()
      return {
        onClientHello: (seen) => hellos.push(seen),
        onFailure: (reason) => end(reason),
        onConnection(socket, identity) {
          served.push(identity)
          socket.pipe(socket)
        },
      }
    },
  })
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const wake = () => arrivals >= count && resolve()
      waiting.push(wake)
      wake()
    })
  return { ...listener, hellos, served, ended, arrived, [Symbol.asyncDispose]: listener.stop }
}

/** Types of the records that come back until the server hangs up; an alert is told in full. */
async function tell(port: number, said: readonly (Buffer | undefined)[], hangUp: boolean): Promise<unknown> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  let ending = 'end'
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (ending = String(code)))
  socket.on('end', () => socket.destroy())
  const closed = closeOf(socket)
  await once(socket, 'connect')
  for (const bytes of said) {
    if (bytes !== undefined) socket.write(bytes)
    await nextTurn()
  }
  if (hangUp) socket.end()
  await closed
  const records = splitRecords(Buffer.concat(received))
  return { ending, records: records.map(({ type, body }) => (type === 21 ? body.toString('hex') : type)) }
}

/** Not rejecting for an error before it. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  return socket
}

async function presentedName(port: number): Promise<string | undefined> {
  const socket = await shakeHands(port)
  const name = socket.getPeerX509Certificate()?.subject
  socket.destroy()
  return name
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, index * size + size),
  )
}
