import { execFile, execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TopologyInput } from '../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'
import { derValue } from '../pki/der.ts'
import { readDer } from '../pki/der-reader.ts'
import { certificateOf } from '../pki/identity.ts'

const topology = {
  instance: 'FI-DEV',
  memberClasses: ['GOV'],
  members: [{ id: 'FI-DEV/GOV/1', name: 'Väestövirasto' }],
  servers: [{ code: 'ss1', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/App' }] }],
} satisfies TopologyInput

const keyCache = join(tmpdir(), `roadworthy-keys-${process.getuid?.() ?? 'user'}`)
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-trust-'))
const inFolder = (name: string) => join(folder, name)
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology, { keyCache })
  const { certificate } = environment.centralServer.trustUrl
  writeFileSync(inFolder('ca.pem'), await (await fetch(certificate)).text())
  const { signing, authentication } = environment.centralServer.trust.issued
  writeFileSync(inFolder('signing.pem'), certificateOf(await signing('FI-DEV/GOV/1')).toString())
  writeFileSync(inFolder('authentication.pem'), certificateOf(await authentication('ss1')).toString())
})

afterAll(async () => {
  await environment.stop()
  rmSync(folder, { recursive: true })
})

/** What a command of openssl prints to both outputs; the server runs in this process, so nothing may wait. */
function openssl(command: string, ...files: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('openssl', [...command.split(' '), ...files], { cwd: folder }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

function send(url: string, body: Buffer | string, type = 'application/octet-stream'): Promise<Response> {
  return fetch(url, { method: 'POST', body: Buffer.from(body), headers: { 'Content-Type': type } })
}

function request(subject: string, ...options: string[]): string {
  const args = [
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-noenc',
    '-keyout',
    'key.pem',
    '-utf8',
    '-subj',
    subject,
    ...options,
  ]
  return execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
}

const member = '/C=FI/O=Ääkkönen Oy/CN=1234567-1/serialNumber=FI-DEV\\/ss1\\/COM'

test('openssl verifies what the authority has issued, each for its purpose', async () => {
  expect(await openssl('verify -x509_strict -purpose sslserver -CAfile ca.pem authentication.pem')).toContain('OK')
  expect(await openssl('verify -x509_strict -purpose any -CAfile ca.pem signing.pem')).toContain('OK')
  const shown = await openssl('x509 -noout -subject -ext keyUsage -nameopt utf8,sep_comma_plus -in signing.pem')
  expect(shown).toContain('subject=C=FI,O=Väestövirasto,CN=1,serialNumber=FI-DEV/ss1/GOV\n')
  expect(shown).toContain('X509v3 Key Usage: critical\n    Non Repudiation\n')
  expect(await openssl('x509 -noout -ext keyUsage,extendedKeyUsage -in authentication.pem')).toContain(
    'critical\n    Digital Signature, Key Encipherment, Data Encipherment, Key Agreement\n',
  )
})

test('openssl asks for the status of a certificate: good, then revoked, and unknown for that of another', async () => {
  const { ocsp } = environment.centralServer.trustUrl
  const question = `ocsp -issuer ca.pem -CAfile ca.pem -url ${ocsp} -cert`
  expect(await openssl(question, 'authentication.pem')).toContain('Response verify OK')
  expect(await openssl(question, 'authentication.pem')).toContain('authentication.pem: good\n')
  expect(await openssl(question.replace('-cert', '-sha256 -cert'), 'authentication.pem')).toContain(': good\n')
  const issued = await send(`${environment.centralServer.trustUrl.issuing}?usage=signing`, request(member))
  const revoked = await issued.text()
  writeFileSync(inFolder('revoked.pem'), revoked)
  expect(await openssl('x509 -noout -ocsp_uri -in revoked.pem')).toBe(`${ocsp}\n`)
  expect(await openssl(question, 'revoked.pem')).toContain('revoked.pem: good\n')
  const authority = await environment.centralServer.trust.authority()
  authority.revoke(new X509Certificate(revoked))
  expect(await openssl(question, 'revoked.pem')).toContain('revoked.pem: revoked\n')
  expect(await openssl(`ocsp -issuer ca.pem -CAfile ca.pem -url ${ocsp} -serial 4711`)).toContain('4711: unknown\n')
})

test('a responder answers GET with the base64 of the request, and says what is wrong with others', async () => {
  const { ocsp } = environment.centralServer.trustUrl
  await openssl('ocsp -issuer ca.pem -cert signing.pem -reqout request.der')
  const asked = readFileSync(inFolder('request.der'))
  const answer = await fetch(`${ocsp}/${encodeURIComponent(asked.toString('base64'))}`)
  expect(answer.headers.get('content-type')).toBe('application/ocsp-response')
  writeFileSync(inFolder('answer.der'), Buffer.from(await answer.arrayBuffer()))
  expect(await openssl('ocsp -respin answer.der -issuer ca.pem -cert signing.pem -CAfile ca.pem -no_nonce')).toContain(
    'good',
  )
  const malformed = await send(ocsp, asked.subarray(0, 40), 'application/ocsp-request')
  expect(Buffer.from(await malformed.arrayBuffer()).toString('hex')).toBe('30030a0101')
  const refusals = [
    fetch(`${ocsp}/%%%`),
    send(ocsp, asked),
    fetch(ocsp, { method: 'PUT', body: 'x' }),
    send(ocsp, Buffer.alloc(100_001), 'application/ocsp-request'),
  ]
  expect((await Promise.all(refusals)).map(({ status }) => status)).toEqual([400, 400, 405, 413])
})

test.for(['sha256', 'sha512'])(
  'openssl verifies a time stamp of %s, with and without its certificate',
  async (digest) => {
    const { timeStamping } = environment.centralServer.trustUrl
    writeFileSync(inFolder('data'), 'what is stamped')
    const tsa = certificateOf(await environment.centralServer.trust.issued.timeStampingAuthority())
    writeFileSync(inFolder('tsa.pem'), tsa.toString())
    for (const options of ['-cert', '-no_nonce -tspolicy 1.2.3.4.1']) {
      await openssl(`ts -query -data data -${digest} -out query.tsq ${options}`)
      const reply = await send(timeStamping, readFileSync(inFolder('query.tsq')), 'application/timestamp-query')
      expect(reply.headers.get('content-type')).toBe('application/timestamp-reply')
      writeFileSync(inFolder('reply.tsr'), Buffer.from(await reply.arrayBuffer()))
      const untrusted = options === '-cert' ? '' : ' -untrusted tsa.pem'
      const verified = await openssl(`ts -verify -queryfile query.tsq -in reply.tsr -CAfile ca.pem${untrusted}`)
      expect(verified).toContain('Verification: OK')
    }
    expect(await openssl('ts -reply -in reply.tsr -text')).toContain('Accuracy: 0x01 seconds')
  },
)

test('a query that cannot be stamped is rejected with its reason', async () => {
  const { timeStamping } = environment.centralServer.trustUrl
  writeFileSync(inFolder('data'), 'what is stamped')
  const rejected = async (query: Buffer) => {
    const reply = await send(timeStamping, query, 'application/timestamp-query')
    writeFileSync(inFolder('rejection.tsr'), Buffer.from(await reply.arrayBuffer()))
    const shown = await openssl('ts -reply -in rejection.tsr -text')
    return [/Status: (.*)\.\n/, /Failure info: (.*)\n/].map((pattern) => pattern.exec(shown)?.[1])
  }
  const query = async (options: string) => {
    await openssl(`ts -query -data data -out rejected.tsq ${options}`)
    return readFileSync(inFolder('rejected.tsq'))
  }
  expect(await rejected(await query('-sha1'))).toEqual(['Rejected', 'unrecognized or unsupported algorithm identifier'])
  expect(await rejected(await query('-sha256 -tspolicy 1.2.3'))).toEqual([
    'Rejected',
    'the requested TSA policy is not supported by the TSA',
  ])
  const query256 = await query('-sha256 -no_nonce')
  const withNonce = (nonce: Buffer) => Buffer.concat([readDer(query256).content, derValue(0x02, nonce)])
  for (const nonce of [Buffer.alloc(0), Buffer.alloc(129, 1)]) {
    const wrong = derValue(0x30, withNonce(nonce))
    expect(await rejected(wrong)).toEqual(['Rejected', 'the data submitted has the wrong format'])
  }
  expect(await rejected(Buffer.from('nothing'))).toEqual(['Rejected', 'the data submitted has the wrong format'])
})

test.for([
  ['signing', member, 'Non Repudiation'],
  ['authentication', member, 'Digital Signature, Key Encipherment, Data Encipherment, Key Agreement'],
  ['internal', '/CN=ss1.example', 'Digital Signature, Key Encipherment'],
] as const)('openssl requests a certificate for %s and verifies it', async ([usage, subject, keyUsage]) => {
  const pem = request(
    subject,
    '-addext',
    'subjectAltName=DNS:ss1.example,IP:192.0.2.1,IP:2001:db8::1,email:a@b.example',
  )
  writeFileSync(inFolder('request.pem'), pem)
  await openssl('req -in request.pem -outform DER -out request.der')
  for (const body of [pem, readFileSync(inFolder('request.der'))]) {
    const answer = await send(`${environment.centralServer.trustUrl.issuing}?usage=${usage}`, body)
    const issued = await answer.text()
    expect(answer.status, issued).toBe(200)
    writeFileSync(inFolder('issued.pem'), issued)
    expect(await openssl('verify -x509_strict -purpose any -CAfile ca.pem issued.pem')).toContain('issued.pem: OK')
    expect(await openssl('x509 -noout -ext keyUsage -in issued.pem')).toContain(`    ${keyUsage}\n`)
    const { subjectAltName, publicKey } = new X509Certificate(issued)
    expect(subjectAltName).toBe('DNS:ss1.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1')
    const key = await openssl('req -noout -pubkey -in request.pem')
    expect(publicKey.export({ type: 'spki', format: 'pem' })).toBe(key)
    const names = ['req -in request.pem', 'x509 -in issued.pem'].map((it) => openssl(`${it} -noout -subject`))
    expect(new Set(await Promise.all(names)).size).toBe(1)
  }
})

test('each request that no certificate can be made of has its own sentence', async () => {
  const good = request(member)
  const der = Buffer.from(good.replace(/-----.*-----|\s/g, ''), 'base64')
  const withChange = (at: number) =>
    Buffer.from(der.map((byte, index) => (index === der.length + at ? byte ^ 1 : byte)))
  const told = async (body: Buffer | string, usage = 'signing') => {
    const answer = await send(`${environment.centralServer.trustUrl.issuing}?usage=${usage}`, body)
    expect(answer.status).toBe(400)
    return (await answer.text()).trim()
  }
  const unsigned =
    'The request is not signed with the key that it is for; sign it with that key, by RSA or ECDSA and SHA-256 or better.'
  const make = 'make one: openssl req -new -key key.pem -out request.pem'
  expect(await told(withChange(-1))).toBe(unsigned)
  expect(await told(request(member, '-sha1'))).toBe(unsigned)
  expect(await told(good, 'anything')).toBe('Write ?usage= with one of signing, authentication, internal.')
  expect(await told(der.subarray(0, 200))).toBe(
    'The request holds a damaged certificate request (a value is cut off); copy the whole file again.',
  )
  expect(await told(good.slice(0, 300))).toBe(`The request holds a certificate request that is cut off; ${make}`)
  expect(await told(readFileSync(inFolder('ca.pem')))).toBe(
    `The request is a certificate, not a certificate request; ${make}`,
  )
  expect(await told(readFileSync(inFolder('key.pem')))).toBe(
    `The request holds a private key but no certificate request; ${make}`,
  )
  expect(await told('hello')).toBe(`The request holds no certificate request; ${make}`)
  expect(await told(Buffer.alloc(10_001))).toBe('The request has 10001 bytes; a certificate request has at most 10000.')
  expect(await told(request('/CN=a', '-newkey', 'ed25519'), 'internal')).toMatch(
    /^The request is for a key that cannot be/,
  )
  expect(await told(request('/CN=1234567-1'))).toBe(
    'The request lacks C, O, serialNumber in its subject; write C, O, CN, serialNumber.',
  )
  expect(await told(request(member.replace('\\/ss1', '')))).toBe(
    'The request has the serial number "FI-DEV/COM"; write INSTANCE/SERVER/CLASS.',
  )
  expect(await told(request('/CN=a', '-newkey', 'rsa:1024'), 'internal')).toBe(
    'The request is for a key that cannot be used here; make one of RSA with 2048 bits or more, or of EC.',
  )
})

test('a half-sent request and garbage leave the services working', async () => {
  const { hostname, port } = new URL(environment.centralServer.httpUrl)
  const socket = connect(Number(port), hostname)
  socket.end('POST /ocsp HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n0')
  await new Promise((resolve) => socket.on('close', resolve).on('error', resolve).resume())
  const garbage = await send(
    environment.centralServer.trustUrl.timeStamping,
    Buffer.alloc(50_000, 0x30),
    'application/timestamp-query',
  )
  expect(garbage.status).toBe(200)
  expect((await fetch(environment.centralServer.trustUrl.certificate)).status).toBe(200)
})
