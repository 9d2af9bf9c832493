import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { findProfile, overlays, profiles } from '../../../fixtures/profiles.ts'
import type { ProtocolVersion } from '../../../fixtures/tls/versions.ts'
import { startListener } from '../../../mocks/listener/listener.ts'
import { tlsOptions } from '../../../mocks/listener/tls-options.ts'
import { skipWithout } from '../../skip-without.ts'
import { probeTls } from '../probe-tls.ts'
import { knownDifferences } from './known-differences.ts'
import { everySuite, startOpensslServer } from './openssl-server.ts'
import { type ReferenceTool, sslscan, testssl } from './reference-tools.ts'
import { findCommand, type RunningServer } from './server-process.ts'
import { makeTestCertificates, type TestCertificates } from './test-certificates.ts'
import { startHaproxy, startNginx } from './web-server.ts'

// What we find, others find: the same versions and the same suites, on servers of every kind.

interface Server {
  readonly name: string
  /** The program that it needs. */
  readonly program?: string
  start(certificates: TestCertificates): Promise<RunningServer>
}

const profileNames = [...profiles.map(({ name }) => name), ...overlays.map(({ name }) => `7.8+${name}`)]
const mocks = profileNames.map(
  (name): Server => ({ name: `mock ${name}`, start: (certificates) => startMock(name, certificates) }),
)
const others: readonly Server[] = [
  openssl('openssl, every suite', 'rsa', everySuite),
  openssl('openssl, client certificate required', 'rsa', ['-Verify', '1']),
  { name: 'nginx', program: 'nginx', start: (certificates) => startNginx(certificates, '') },
  openssl('openssl, EC certificate', 'ec', ['-no_tls1', '-no_tls1_1']),
  openssl('openssl, TLS 1.3 only', 'rsa', [...everySuite, '-tls1_3']),
  openssl('openssl, DHE only', 'rsa', ['-cipher', 'DHE', '-tls1_2', '-serverpref']),
  openssl('openssl, TLS 1.0 only', 'rsa', [...everySuite, '-tls1']),
  { ...openssl('openssl, two certificates', 'rsa', []), start: startWithTwoCertificates },
  { name: 'nginx, own list', program: 'nginx', start: (files) => startNginx(files, ownList) },
  { name: 'haproxy', program: 'haproxy', start: (certificates) => startHaproxy(certificates, '') },
]
const servers = [...mocks, ...others]

const ownList =
  'ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client optional_no_ca; ssl_prefer_server_ciphers on; ' +
  'ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305:AES128-SHA;'

let certificates: TestCertificates
beforeAll(() => {
  certificates = makeTestCertificates()
})
afterAll(() => certificates[Symbol.dispose]())

test.for(servers)('sslscan finds the same on $name', (server, context) => {
  requireTools(sslscan, server, context)
  return compare(server, sslscan)
})

// Each takes it ten seconds or more of both cores.
const forTestssl = servers.filter(({ name }) => ['mock 7.8', 'nginx'].includes(name))
test.for(forTestssl)('testssl.sh finds the same on $name', { timeout: 900_000 }, (server, context) => {
  requireTools(testssl, server, context)
  return compare(server, testssl)
})

function requireTools({ name, command }: ReferenceTool, { program }: Server, context: TestContext): void {
  if (command === undefined) skipWithout(name, context)
  if (program !== undefined && findCommand([program]) === undefined) skipWithout(program, context)
}

async function compare(server: Server, tool: ReferenceTool): Promise<void> {
  await using running = await server.start(certificates)
  const { versions } = await probeTls({ host: '127.0.0.1', port: running.port })
  const ours = versions.flatMap((one) => (one.spoken ? [[one.version, one.suites.toSorted()] as const] : []))
  const theirs = await tool.enumerate(running.port)
  const explained = ours.map(([version, suites]) => [version, suites.filter((suite) => !isUnseen(version, suite))])
  expect(Object.fromEntries(explained)).toEqual(theirs)

  function isUnseen(version: ProtocolVersion, suite: string): boolean {
    return knownDifferences.some(
      (one) =>
        one.tool === tool.name && one.server === server.name && one.version === version && one.unseen.test(suite),
    )
  }
}

/** The listener of the mock's security servers, as a profile configures it. */
async function startMock(name: string, { rsa }: TestCertificates): Promise<RunningServer> {
  const [cert, key] = [rsa.certificate, rsa.key].map((file) => readFileSync(file, 'utf8'))
  const tls = { ...tlsOptions(clientTls(name)), cert: String(cert), key: String(key) }
  // An answer to whatever is asked, as long as that is after a handshake: sslscan counts those that were finished.
  const onConnection = (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n'))
  const receive = () => ({ onConnection })
  const listener = await startListener({ host: '127.0.0.1', port: 0, purpose: name, tls, receive })
  return { port: listener.port, [Symbol.asyncDispose]: listener.stop }
}

function clientTls(name: string) {
  return (findProfile(name) ?? expect.unreachable(name)).clientTls
}

function openssl(name: string, certificate: 'rsa' | 'ec', options: readonly string[]): Server {
  return { name, start: (files) => startOpensslServer(files[certificate], options) }
}

function startWithTwoCertificates({ rsa, ec }: TestCertificates): Promise<RunningServer> {
  return startOpensslServer(rsa, ['-dcert', ec.certificate, '-dkey', ec.key])
}
