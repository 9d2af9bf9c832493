import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer, type SecureContext } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { everySuite, startOpensslServer } from './interop/openssl-server.ts'
import { makeTestCertificates, type TestCertificates } from './interop/test-certificates.ts'
import { probeTls } from './probe-tls.ts'
import { alert, inRecords, serverHello } from './sample-flight.ts'
import { TlsProbeFailure } from './tls-probe-failure.ts'
import type { TlsReport } from './tls-report.ts'

let files: TestCertificates
beforeAll(() => {
  files = makeTestCertificates()
})
afterAll(() => files[Symbol.dispose]())

test('every suite that OpenSSL says it can serve is found, in every version', async () => {
  await using server = await startOpensslServer(files.rsa, [...everySuite, '-psk', '1a2b3c'])
  const { versions, connections } = await probe(server.port)
  for (const [version, option] of openVersions) {
    expect({ version, suites: suitesOf(versions, version) }).toEqual({ version, suites: servable(option) })
  }
  expect(suitesOf(versions, 'TLSv1.3')).toHaveLength(5)
  // One for each suite, and not many more.
  expect(connections).toBeLessThan(350)
})

const openVersions = [
  ['TLSv1', '-tls1'],
  ['TLSv1.1', '-tls1_1'],
  ['TLSv1.2', '-tls1_2'],
] as const

test('whose order counts, and what it is', async () => {
  const list = ['ECDHE-RSA-AES256-GCM-SHA384', 'AES128-SHA', 'ECDHE-RSA-AES128-GCM-SHA256']
  const suites = [
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_RSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  ]
  const options = ['-cipher', list.join(':'), '-tls1_2']
  await using own = await startOpensslServer(files.rsa, [...options, '-serverpref'])
  expect((await probe(own.port)).versions[4]).toEqual({
    version: 'TLSv1.2',
    spoken: true,
    suites,
    preference: 'server',
  })
  await using theirs = await startOpensslServer(files.rsa, options)
  expect((await probe(theirs.port)).versions[4]).toMatchObject({ preference: 'client' })
})

test('groups, prime fields and signature algorithms', async () => {
  const limits = ['-groups', 'P-384:X25519:ffdhe3072', '-sigalgs', 'RSA+SHA512:RSA-PSS+SHA256', '-serverpref']
  await using server = await startOpensslServer(files.rsa, limits)
  const { keyExchange, signatureAlgorithms } = await probe(server.port)
  expect(keyExchange).toMatchObject({
    groups: ['secp384r1', 'x25519'],
    groupsOfTls13: ['secp384r1', 'x25519', 'ffdhe3072'],
    fields: [{ bits: 2048, group: 'modp2048 (RFC 3526)' }],
  })
  expect(signatureAlgorithms).toEqual(['rsa_pkcs1_sha512', 'rsa_pss_rsae_sha256'])
})

test('a chain for each kind of key, and what is asked of clients', async () => {
  const { rsa, ec } = files
  const both = ['-dcert', ec.certificate, '-dkey', ec.key, '-CAfile', ec.certificate, '-verify', '1']
  await using server = await startOpensslServer(rsa, both)
  const { chains, clientCertificate } = await probe(server.port)
  expect(chains.map(({ certificates }) => certificates.map(({ subject, key }) => [subject, key]))).toEqual([
    [['CN=rsa.example', 'rsa 2048']],
    [['CN=ec.example', 'ec prime256v1']],
  ])
  expect(clientCertificate).toMatchObject({ requested: true, authorities: ['CN=ec.example'] })
  expect(clientCertificate?.types).toContain('rsa_sign')
})

test('TLS 1.3 alone hides its certificates, and that is told', async () => {
  await using server = await startOpensslServer(files.rsa, ['-tls1_3', '-Verify', '1'])
  const report = await probe(server.port)
  expect(report).toMatchObject({ chains: [], features: {} })
  expect(report).not.toHaveProperty('clientCertificate')
})

test('names, protocols and features', async () => {
  const [pem, other] = [pair(files.rsa), pair(files.ec)]
  const SNICallback = (name: string, answer: (error: Error | null, context?: SecureContext) => void) =>
    name === 'ec.example' ? answer(null, createSecureContext(other)) : answer(new Error('nobody'))
  const options = { ...pem, SNICallback, ALPNProtocols: ['http/1.1', 'h2'], minVersion: 'TLSv1.1' as const }
  const server = createTlsServer({ ...options, ciphers: 'ALL:@SECLEVEL=0' }).on('tlsClientError', () => {})
  const report = await probe(await listening(server), { serverName: 'ec.example' })
  expect(report).toMatchObject({
    chains: [{ certificates: [{ subject: 'CN=ec.example' }] }],
    serverNameIndication: { unknownName: 'refused: closed', withoutName: 'refused: handshake_failure' },
    applicationProtocols: ['http/1.1', 'h2'],
    features: { secureRenegotiation: true, compression: false, extendedMasterSecret: true, downgradeSentinel: true },
  })
})

test('a server of SSL 2.0 alone is found, although it hangs up on everybody else', async () => {
  const hello = Buffer.from('800e0400010002000000030000010080', 'hex')
  const server = answering((said) => ((said[0] ?? 0) & 0x80 ? hello : undefined))
  const { versions } = await probe(await listening(server))
  expect(versions.filter(({ spoken }) => spoken)).toEqual([
    { version: 'SSLv2', spoken: true, suites: ['SSL_CK_RC4_128_WITH_MD5'] },
  ])
})

test('a server that reads no more than 128 suites is asked in parts', async () => {
  // The last of all that are offered; the list stands behind 44 bytes, its length before it.
  const last = 'SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA'
  const server = answering((said) => {
    const list = said.subarray(46, 46 + Math.min(said.readUInt16BE(44), 256))
    const isOffered = list.indexOf(Buffer.from('feff', 'hex')) % 2 === 0
    return isOffered && said.readUInt16BE(9) === 0x0303 ? inRecords([serverHello(last)]) : alert(2, 40)
  })
  expect(suitesOf((await probe(await listening(server))).versions, 'TLSv1.2')).toEqual([last])
})

test('a server that chooses what was not offered is no way round in circles', async () => {
  const server = answering(() => inRecords([serverHello('TLS_RSA_WITH_NULL_SHA')]))
  const { versions, connections } = await probe(await listening(server))
  expect(suitesOf(versions, 'TLSv1.2')).toEqual(['TLS_RSA_WITH_NULL_SHA'])
  expect(versions[5]).toEqual({
    version: 'TLSv1.3',
    spoken: false,
    refusal: 'answers TLSv1.2 with TLS_RSA_WITH_NULL_SHA',
  })
  expect(connections).toBeLessThan(60)
})

test('whatever a server says, probing ends in time, with a report or a reason', { timeout: 60_000 }, async () => {
  const answers = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .uint8Array({ maxLength: 40 })
      .map((bytes) => Buffer.concat([Buffer.of(22, 3, 3, 0, 44, 2, 0, 0, 40, 3, 3), bytes])),
    fc.constantFrom(undefined, alert(1, 0), inRecords([serverHello('TLS_DHE_RSA_WITH_AES_128_CBC_SHA')])),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 4 }), async (script) => {
      let turn = 0
      const server = answering(() => script[turn++ % script.length])
      const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))))
      const started = performance.now()
      const ended = await probe(port, { timeout: 400 }).catch((error: unknown) => error)
      expect(ended instanceof TlsProbeFailure || 'versions' in (ended as object)).toBe(true)
      expect(performance.now() - started).toBeLessThan(400 + slack)
      server.close()
    }),
    { numRuns: 40 },
  )
})

/** Milliseconds that a busy machine may take on top of a time limit. */
const slack = 3000

function probe(port: number, options = {}): Promise<TlsReport> {
  return probeTls({ host: '127.0.0.1', port }, options)
}

function suitesOf(versions: TlsReport['versions'], version: string): readonly string[] {
  return versions.flatMap((one) => (one.version === version && one.spoken ? one.suites.toSorted() : []))
}

/** What OpenSSL says it serves in one version with an RSA certificate; of TLS 1.3 it speaks in the same list. */
function servable(version: string): string[] {
  const options = ['ciphers', '-s', '-psk', '-stdname', version, 'ALL:COMPLEMENTOFALL:@SECLEVEL=0']
  const lines = execFileSync('openssl', options, { encoding: 'utf8' }).trim().split('\n')
  const names = lines.map((line) => line.split(' ')[0] ?? '')
  return names.filter((name) => name.includes('_WITH_') && !/_ECDSA_|_DSS_/.test(name)).sort()
}

/** A server that answers each first piece once, and hangs up. */
function answering(answer: (said: Buffer) => Buffer | undefined): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (said) => socket.end(answer(said) ?? ''))
  })
}

async function listening(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket) => open.add(socket))
  onTestFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port
}

function pair({ certificate, key }: TestCertificates['rsa']): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}
