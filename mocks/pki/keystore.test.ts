import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { checkTopology } from '../../fixtures/check-topology.ts'
import type { Topology, TopologyInput } from '../../fixtures/topology.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type Credential, deriveKeystore, type Keystore, parseCertificatePem, parseCredential } from './keystore.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keystore-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

const now = () => new Date('2026-06-01T12:00:00Z')

// Mostly elliptic curve keys: they are made in no time.
function topologyWith(certificates: TopologyInput['certificates'], rest: Partial<TopologyInput> = {}): Topology {
  const checked = checkTopology({
    instance: 'FI-DEV',
    memberClasses: ['GOV'],
    members: [{ id: 'FI-DEV/GOV/0245437-2', name: 'DVV' }],
    certificates: { internal: { key: 'ec-p256' }, ...certificates },
    servers: [{ code: 'ss1', owner: 'FI-DEV/GOV/0245437-2', internalCertificate: 'internal' }],
    ...rest,
  })
  if ('issues' in checked) throw new Error(JSON.stringify(checked.issues))
  return checked.topology
}

function credential(keystore: Keystore, name: string): Credential & { x509: X509Certificate } {
  const found = keystore.get(name)
  if (found === undefined) throw new Error(`no ${name}`)
  return { ...found, x509: new X509Certificate(found.certificate) }
}

/** Presents a certificate to a server that asks for one, and returns what the server saw. */
async function presented(server: Credential, client: Credential): Promise<X509Certificate | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate | undefined>()
  const options = { cert: server.certificate, key: server.key, requestCert: true, rejectUnauthorized: false }
  const listener = createServer(options, (socket: TLSSocket) => {
    resolve(socket.getPeerX509Certificate())
    socket.end()
  })
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const socket = connect({ port, host: '127.0.0.1', cert: client.certificate, key: client.key, ca: server.certificate })
  socket.on('error', reject)
  try {
    return await promise
  } finally {
    socket.destroy()
    await new Promise((closed) => listener.close(closed))
  }
}

test('a derived certificate has exactly what its description says, and passes a handshake', async () => {
  const keystore = await deriveKeystore(
    topologyWith({
      internal: { key: 'ec-p256', names: ['IP:127.0.0.1'] },
      caller: {
        subject: { C: 'FI', O: 'Väestörekisteri', CN: 'caller' },
        names: ['DNS:caller.example', 'DNS:äiti.example', 'IP:192.0.2.7', 'IP:2001:db8::1'],
        extendedKeyUsage: ['serverAuth', 'codeSigning'],
      },
    }),
    { now },
  )
  const { x509, ...caller } = credential(keystore, 'caller')
  expect(x509.subject).toBe('C=FI\nO=Väestörekisteri\nCN=caller')
  expect(x509.issuer).toBe(x509.subject)
  expect(x509.subjectAltName).toBe(
    'DNS:caller.example, DNS:xn--iti-pla.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1',
  )
  expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.3'])
  expect(x509.ca).toBe(false)
  expect(x509.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
  expect(x509.verify(x509.publicKey)).toBe(true)
  expect(caller.notBefore).toEqual(new Date('2026-05-31T12:00:00Z'))
  expect(caller.notAfter).toEqual(new Date('2027-05-31T12:00:00Z'))
  expect(caller.sha256).toBe(x509.fingerprint256.replaceAll(':', '').toLowerCase())
  expect(caller.key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  expect((await presented(credential(keystore, 'internal'), caller))?.raw).toEqual(caller.der)
})

test('a certificate without description is named after itself and has no extended key usage', async () => {
  const keystore = await deriveKeystore(topologyWith({ plain: { key: 'ec-p256' } }))
  const { x509 } = credential(keystore, 'plain')
  expect(x509.subject).toBe('CN=plain')
  expect(x509.keyUsage).toBeUndefined()
  expect(x509.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
})

test('twins, renewals and issued certificates differ in what their description says', async () => {
  const keystore = await deriveKeystore(
    topologyWith({
      internal: { key: 'ec-p256', names: ['IP:127.0.0.1'] },
      authority: { key: 'ec-p256', authority: true },
      intermediate: { key: 'ec-p256', authority: true, issuedBy: 'authority' },
      original: { key: 'ec-p256', subject: { CN: 'original' }, issuedBy: 'intermediate' },
      renewed: { subject: { CN: 'original' }, sameKeyAs: 'original' },
      twin: { key: 'ec-p256', subject: { CN: 'original' } },
    }),
  )
  const [original, renewed, twin] = ['original', 'renewed', 'twin'].map((name) => credential(keystore, name))
  const authority = credential(keystore, 'authority').x509
  const intermediate = credential(keystore, 'intermediate').x509
  expect(renewed?.key).toBe(original?.key)
  expect(renewed?.sha256).not.toBe(original?.sha256)
  expect(twin?.x509.subject).toBe(original?.x509.subject)
  expect(twin?.key).not.toBe(original?.key)
  expect(authority.ca && authority.verify(authority.publicKey)).toBe(true)
  expect(original?.x509.ca).toBe(false)
  expect(original?.x509.checkIssued(intermediate) && original.x509.verify(intermediate.publicKey)).toBe(true)
  const chain = original?.certificate.match(/-----BEGIN CERTIFICATE-----/g)
  expect(chain).toHaveLength(3)
  expect(original?.certificate).toContain(intermediate.toString() + authority.toString())
  const seen = await presented(credential(keystore, 'internal'), credential(keystore, 'original'))
  expect(seen?.raw).toEqual(original?.der)
})

test('expired and future certificates are as far away as they say', async () => {
  const keystore = await deriveKeystore(
    topologyWith({
      old: { key: 'ec-p256', validity: 'expired' },
      early: { key: 'ec-p256', validity: 'future' },
    }),
  )
  const years = ['old', 'early'].map((name) => {
    const { x509 } = credential(keystore, name)
    return [x509.validFromDate.getUTCFullYear(), x509.validToDate.getUTCFullYear()]
  })
  expect(years).toEqual([
    [2020, 2021],
    [2090, 2095],
  ])
})

test('servers and information systems get the certificates that an installation makes', async () => {
  const topology = topologyWith(
    {},
    {
      servers: [{ code: 'ss1', owner: 'FI-DEV/GOV/0245437-2', address: 'ss1.example' }],
      informationSystems: [{ name: 'provider', serves: 'test-services' }],
    },
  )
  const keystore = await deriveKeystore(topology, { now, hostNames: ['gateway.example', '192.0.2.1'] })
  const { x509: internal, ...server } = credential(keystore, 'ss1-internal')
  expect(internal.subject).toBe('CN=ss1.example')
  const loopback = 'IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost'
  expect(internal.subjectAltName).toBe(
    `${loopback}, DNS:ss1, DNS:ss1.example, DNS:gateway.example, IP Address:192.0.2.1`,
  )
  expect(internal.ca).toBe(true)
  expect((server.notAfter.getTime() - server.notBefore.getTime()) / 86_400_000).toBe(7300)
  // basicConstraints critical, CA:TRUE, path length 0; keyUsage with the four bits.
  expect(internal.raw.includes(Buffer.from('0603551d130101ff040830060101ff020100', 'hex'))).toBe(true)
  expect(internal.raw.includes(Buffer.from('0603551d0f0404030202e4', 'hex'))).toBe(true)
  expect(credential(keystore, 'provider-tls').x509.subject).toBe('CN=provider')
  expect(await presented(server, credential(keystore, 'provider-tls'))).toBeDefined()
})

test('the cache keeps keys and certificates, in files for nobody else', async () => {
  const folder = await temporaryFolder()
  const cacheFolder = join(folder, 'keys')
  const topology = topologyWith({ ca: { key: 'ec-p256', authority: true }, leaf: { key: 'ec-p256', issuedBy: 'ca' } })
  const first = await deriveKeystore(topology, { cacheFolder, now })
  expect(await deriveKeystore(topology, { cacheFolder, now })).toEqual(first)
  expect((await stat(cacheFolder)).mode & 0o777).toBe(0o700)
  const files = await readdir(cacheFolder)
  expect(files).toHaveLength(6)
  for (const file of files) expect((await stat(join(cacheFolder, file))).mode & 0o777).toBe(0o600)
})

test('a changed description, or that of an issuer, gives another certificate for the same key', async () => {
  const folder = await temporaryFolder()
  const derive = (commonName: string) =>
    deriveKeystore(
      topologyWith({
        ca: { key: 'ec-p256', authority: true, subject: { CN: commonName } },
        leaf: { key: 'ec-p256', issuedBy: 'ca' },
      }),
      { cacheFolder: folder, now },
    )
  const [before, after, again] = [await derive('one'), await derive('two'), await derive('one')].map((keystore) =>
    credential(keystore, 'leaf'),
  )
  expect(after?.key).toBe(before?.key)
  expect(after?.sha256).not.toBe(before?.sha256)
  expect(after?.x509.issuer).toBe('CN=two')
  expect(again?.sha256).toBe(before?.sha256)
})

test('a cached certificate is renewed the day before it ends, unless it is meant to be expired', async () => {
  const folder = await temporaryFolder()
  const topology = topologyWith({ current: { key: 'ec-p256' }, old: { key: 'ec-p256', validity: 'expired' } })
  const derive = (date: string) => deriveKeystore(topology, { cacheFolder: folder, now: () => new Date(date) })
  const first = await derive('2026-06-01T12:00:00Z')
  const justIn = await derive('2027-05-30T12:00:00Z')
  const tooLate = await derive('2027-05-30T12:00:01Z')
  expect(justIn.get('current')?.sha256).toBe(first.get('current')?.sha256)
  expect(tooLate.get('current')?.sha256).not.toBe(first.get('current')?.sha256)
  expect(tooLate.get('current')?.key).toBe(first.get('current')?.key)
  expect(tooLate.get('old')?.sha256).toBe(first.get('old')?.sha256)
})

test('damaged, exchanged or foreign cache files are replaced', async () => {
  const folder = await temporaryFolder()
  const topology = topologyWith({ a: { key: 'ec-p256' }, b: { key: 'ec-p256' } })
  await deriveKeystore(topology, { cacheFolder: folder, now })
  const files = await readdir(folder)
  const path = (start: string) => join(folder, files.find((file) => file.startsWith(start)) ?? '')
  await writeFile(path('a.ec-p256.key'), (await readFile(path('a.ec-p256.key'), 'utf8')).slice(0, 90))
  await writeFile(
    path('internal.ec-p256.key'),
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  await writeFile(path('b.'), await readFile(path('a.'), 'utf8'))
  const repaired = await deriveKeystore(topology, { cacheFolder: folder, now })
  for (const name of ['a', 'b', 'internal']) {
    const { x509, key } = credential(repaired, name)
    expect(x509.subject).toBe(`CN=${name}`)
    expect(createPublicKey(key ?? '').equals(x509.publicKey)).toBe(true)
  }
  expect(await deriveKeystore(topology, { cacheFolder: folder, now })).toEqual(repaired)
  expect(await readdir(folder)).toHaveLength(files.length)
})

test('several starts at the same time agree on one key', async () => {
  const folder = await temporaryFolder()
  const topology = topologyWith({ shared: { key: 'ec-p256' } })
  const starts = await Promise.all(
    Array.from({ length: 8 }, () => deriveKeystore(topology, { cacheFolder: folder, now })),
  )
  expect(new Set(starts.map((keystore) => keystore.get('shared')?.sha256)).size).toBe(1)
  expect((await readdir(folder)).filter((file) => file.startsWith('.'))).toEqual([])
})

test('given PEM files are read as they are, whatever form the key has', async () => {
  const folder = await temporaryFolder()
  const made = credential(await deriveKeystore(topologyWith({ mine: {} })), 'mine')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(join(folder, 'mine.crt'), `some words\n${made.certificate}`)
  await writeFile(join(folder, 'mine.key'), made.key ?? '')
  await writeFile(join(folder, 'other.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const topology = topologyWith({
    mine: { certificateFile: 'mine.crt', keyFile: 'mine.key' },
    public: { certificateFile: 'mine.crt' },
  })
  const keystore = await deriveKeystore(topology, { baseFolder: folder })
  expect(keystore.get('mine')).toMatchObject({ certificate: made.certificate, key: made.key, sha256: made.sha256 })
  expect(keystore.get('public')).not.toHaveProperty('key')
  const wrong = topologyWith({ mine: { certificateFile: 'mine.crt', keyFile: 'other.key' } })
  await expect(deriveKeystore(wrong, { baseFolder: folder })).rejects.toThrow(
    `The key in ${folder}/other.key does not fit the certificate in ${folder}/mine.crt; name the key that the certificate was made with.`,
  )
})

test('each mistake in given PEM has its own sentence', async () => {
  const { internal: made, ca } = Object.fromEntries(
    (await deriveKeystore(topologyWith({ ca: { key: 'ec-p256' } }))).entries(),
  ) as Record<'internal' | 'ca', Credential>
  const pem = made.certificate
  const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase: 'secret',
  })
  const mistakes: [certificate: string, key: string | undefined, sentence: string][] = [
    ['hello', undefined, 'c.pem holds no certificate in PEM form; write a file with "-----BEGIN CERTIFICATE-----".'],
    [
      made.der.toString(),
      undefined,
      'c.pem is DER, not PEM; convert it: openssl x509 -inform DER -in c.pem -out certificate.pem.',
    ],
    [made.key ?? '', undefined, 'c.pem holds a private key but no certificate; write the certificate here.'],
    [
      pem.replace(/\n.{20}/, '\n'),
      undefined,
      'c.pem holds a damaged certificate; export or copy the whole certificate again.',
    ],
    [pem, 'hello', 'k.pem holds no private key in PEM form; write a file with "-----BEGIN PRIVATE KEY-----".'],
    [pem, '0\u0082', 'k.pem is DER, not PEM; convert it: openssl pkey -inform DER -in k.pem -out key.pem'],
    [pem, encrypted.toString(), 'k.pem holds an encrypted key; decrypt it: openssl pkey -in k.pem -out key.pem'],
    [pem, made.key?.replace(/\n.{20}/, '\n'), 'k.pem holds a damaged private key; export or copy the whole key again.'],
    [
      pem,
      ca.key,
      'The key in k.pem does not fit the certificate in c.pem; name the key that the certificate was made with.',
    ],
    [
      pem + ca.certificate,
      ca.key,
      'The key in k.pem does not fit the certificate in c.pem; put the certificate of this key first in c.pem.',
    ],
  ]
  for (const [certificate, key, sentence] of mistakes) {
    expect(() => parseCredential(certificate, key, 'c.pem', 'k.pem')).toThrow(new UsageError(sentence))
  }
  expect(parseCertificatePem(pem, 'c.pem').sha256).toBe(made.sha256)
})

test('an unreadable file, a missing key and a folder that cannot be written are usage errors', async () => {
  const folder = await temporaryFolder()
  const missing = topologyWith({ mine: { certificateFile: 'missing.pem' } })
  await expect(deriveKeystore(missing, { baseFolder: folder })).rejects.toThrow(
    new UsageError(
      `${folder}/missing.pem cannot be read (ENOENT); correct the certificateFile of certificate "mine", or make the file readable.`,
    ),
  )
  const keyless = topologyWith({ internal: { certificateFile: 'missing.pem' } })
  await expect(deriveKeystore(keyless, { baseFolder: folder })).rejects.toThrow(
    new UsageError(
      'Certificate "internal" is given without a key, but security server "ss1" presents it; add its keyFile.',
    ),
  )
  await writeFile(join(folder, 'file'), '')
  await expect(deriveKeystore(topologyWith({}), { cacheFolder: join(folder, 'file', 'keys') })).rejects.toThrow(
    new UsageError(
      `Keys cannot be kept in ${folder}/file/keys (ENOTDIR); name a folder that can be written, or leave the key cache out.`,
    ),
  )
})

test('names and subjects that no certificate can carry are usage errors', async () => {
  await expect(deriveKeystore(topologyWith({ odd: { subject: { XY: '1' } } }))).rejects.toThrow(
    /^Certificate "odd" has the unknown subject attribute "XY"; write one of CN, /,
  )
  await expect(deriveKeystore(topologyWith({ odd: { names: ['IP:300.1.1.1'] } }))).rejects.toThrow(
    'Certificate "odd" has the name "IP:300.1.1.1", which is no IP address; write IP:127.0.0.1 or DNS:name.',
  )
})
