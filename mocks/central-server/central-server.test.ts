import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurationVersions } from '../../fixtures/configuration-version.ts'
import type { TopologyInput } from '../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'

const topology = {
  instance: 'FI-DEV',
  memberClasses: ['GOV', 'COM'],
  members: [
    { id: 'FI-DEV/GOV/1', name: 'Virasto', subsystemNames: { App: 'Sovellus' } },
    { id: 'FI-DEV/COM/2', name: 'Äiti & <Isä> Oy' },
  ],
  servers: [
    { code: 'ss1', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/App' }, { id: 'FI-DEV/COM/2/Reporting' }] },
  ],
} satisfies TopologyInput

const keyCache = join(tmpdir(), `roadworthy-keys-${process.getuid?.() ?? 'user'}`)
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-central-'))
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology, { keyCache })
})

afterAll(async () => {
  await environment.stop()
  await dispatcher.close()
  rmSync(folder, { recursive: true })
})

async function get(path: string): Promise<Buffer> {
  const response = await fetch(environment.centralServer.httpUrl + path)
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

function post(url: string, body: Buffer | string | Readable) {
  return request(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body, dispatcher })
}

function save(name: string, content: Buffer | string): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

/** What `openssl dgst -verify` says of a directory, the signed bytes cut out by the text of the specification. */
function verifyWithOpenssl(document: Buffer, certificate: Buffer): string {
  const [, inner = ''] = /multipart\/mixed; charset=UTF-8; boundary=(\S+)/.exec(document.toString()) ?? []
  const end = `--${inner}--\r\n`
  const signed = document.subarray(document.indexOf(`--${inner}\r\n`), document.indexOf(end) + end.length)
  const signature = /Verification-certificate-hash:[^\r]*\r\n\r\n(\S+)\r\n--/.exec(document.toString())?.[1] ?? ''
  const der = save('certificate.der', certificate)
  const key = save('key.pem', execFileSync('openssl', ['x509', '-inform', 'DER', '-in', der, '-pubkey', '-noout']))
  const [data, proof] = [save('signed', signed), save('signature', Buffer.from(signature, 'base64'))]
  const options = ['dgst', '-sha512', '-verify', key, '-signature', proof, data]
  return spawnSync('openssl', options, { encoding: 'utf8' }).stdout.trim()
}

async function anchorCertificates(source: 'INTERNAL' | 'EXTERNAL'): Promise<Buffer[]> {
  const anchor = (await get(`/api/v1/configuration-sources/${source}/anchor/download`)).toString()
  return [...anchor.matchAll(/<verificationCert>([^<]+)</g)].map(([, text = '']) => Buffer.from(text, 'base64'))
}

function sha512sum(bytes: Buffer): string {
  const [hex = ''] = execFileSync('sha512sum', { input: bytes, encoding: 'utf8' }).split(' ')
  return Buffer.from(hex, 'hex').toString('base64')
}

const entries = /Content-location: (\S+)\r\nHash-algorithm-id: \S+#sha512\r\n\r\n(\S+)\r\n/g

for (const version of configurationVersions) {
  test(`openssl verifies the directory of version ${version}, and sha512sum its files`, async () => {
    const document = await get(`/internalconf?version=${version}`)
    const [certificate = Buffer.alloc(0)] = await anchorCertificates('INTERNAL')
    expect(verifyWithOpenssl(document, certificate)).toBe('Verified OK')
    expect(document.toString()).toContain(`hash-algorithm-id="http://www.w3.org/2001/04/xmlenc#sha512"\r\n\r\n`)
    expect(document.toString()).toContain(`Verification-certificate-hash: ${sha512sum(certificate)};`)
    const files = [...document.toString().matchAll(entries)]
    expect(files).toHaveLength(4)
    for (const [, location = '', hash] of files) expect(sha512sum(await get(location))).toBe(hash)
  })

  test(`openssl refuses the directory of version ${version} with one byte changed`, async () => {
    const document = await get(`/internalconf?version=${version}`)
    const [certificate = Buffer.alloc(0)] = await anchorCertificates('INTERNAL')
    const changed = Buffer.from(document.toString().replace('Version: ', 'Version: 1'))
    expect(verifyWithOpenssl(changed, certificate)).toBe('Verification failure')
  })
}

test('the external source has a key of its own and no private parameters', async () => {
  const document = await get('/externalconf?version=6')
  const [certificate = Buffer.alloc(0)] = await anchorCertificates('EXTERNAL')
  expect(verifyWithOpenssl(document, certificate)).toBe('Verified OK')
  expect([...document.toString().matchAll(/Content-identifier: ([A-Z-]+)/g)].map(([, name]) => name)).toEqual([
    'SHARED-PARAMETERS',
  ])
})

test('after a change of keys the directory is signed with the other key that the anchor lists', async () => {
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = await anchorCertificates('INTERNAL')
  environment.centralServer.rotateSigningKeys()
  try {
    const document = await get('/internalconf?version=6')
    expect(verifyWithOpenssl(document, second)).toBe('Verified OK')
    expect(verifyWithOpenssl(document, first)).toBe('Verification failure')
  } finally {
    environment.centralServer.rotateSigningKeys()
  }
})

test('a request without version is answered with version 2, and a version that does not exist with 404', async () => {
  expect((await get('/internalconf')).toString()).toContain('\r\nVersion: 2\r\n')
  expect((await get('/internalconf?version=x')).toString()).toContain('\r\nVersion: 2\r\n')
  const wrong = ['?version=7', '?version=1', '?version=06'].map((query) => `/internalconf${query}`)
  for (const path of [...wrong, '/V7/internalconf', '/V06/internalconf', '/V6/../etc', '/']) {
    expect((await fetch(environment.centralServer.httpUrl + path)).status).toBe(404)
  }
})

test('files of a directory stay after a change, and the next directory has the change', async () => {
  const before = (await get('/internalconf?version=6')).toString()
  const [, location = ''] = /Content-location: (\S+shared-params.xml)/.exec(before) ?? []
  const client = 'FI-DEV/COM/2/Reporting'
  await environment.change('ss1', { kind: 'set-client-status', client, status: 'disabled' })
  const after = (await get('/internalconf?version=6')).toString()
  const [, next = ''] = /Content-location: (\S+shared-params.xml)/.exec(after) ?? []
  await environment.change('ss1', { kind: 'set-client-status', client, status: 'registered' })
  expect((await get(location)).toString()).toContain('<subsystemCode>Reporting<')
  expect((await get(next)).toString()).not.toContain('<subsystemCode>Reporting<')
})

test('names are escaped, and keys are made without a cache too', async () => {
  await using other = await startEnvironment(topology)
  const document = await (await fetch(`${other.centralServer.httpUrl}/internalconf?version=3`)).text()
  const [, location = ''] = /Content-location: (\S+shared-params.xml)/.exec(document) ?? []
  const shared = await (await fetch(other.centralServer.httpUrl + location)).text()
  expect(shared).toContain('<name>Äiti &amp; &lt;Isä&gt; Oy</name>')
})

test('anchor, sources and parameters name what the topology says of the central server', async () => {
  const centralServer = {
    address: 'cs.example.org',
    managementService: 'FI-DEV/GOV/1/Management',
    monitoringClient: 'FI-DEV/GOV/1',
  }
  await using other = await startEnvironment({ ...topology, centralServer }, { keyCache })
  const { httpUrl, anchorUrl } = other.centralServer
  const { port } = new URL(httpUrl)
  const anchor = await (await fetch(anchorUrl.internal)).text()
  expect(anchor).toContain(`<downloadURL>http://cs.example.org:${port}/internalconf</downloadURL>`)
  const files = (await (await fetch(`${httpUrl}/internalconf?version=5`)).text()).matchAll(/Content-location: (\S+)/g)
  const [shared, confidential, , , monitoring] = await Promise.all(
    [...files].map(async ([, location = '']) => (await fetch(httpUrl + location)).text()),
  )
  expect(shared).toContain(`<address>cs.example.org:${port}</address>`)
  expect(confidential).toContain('<ns2:subsystemCode>Management</ns2:subsystemCode>')
  expect(monitoring?.replace(/\s*\n\s*/g, '')).toContain(
    '><monitoringClient><monitoringClientId ns2:objectType="MEMBER"><ns2:xRoadInstance>FI-DEV</ns2:xRoadInstance>' +
      '<ns2:memberClass>GOV</ns2:memberClass><ns2:memberCode>1</ns2:memberCode></monitoringClientId></monitoringClient></ns3:conf>',
  )
})

test('an anchor is downloaded under the name that says of whom it is and when it was made', async () => {
  const { headers } = await fetch(environment.centralServer.anchorUrl.external)
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="configuration_anchor_FI-DEV_external_UTC_\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d\.xml"$/,
  )
})

test('a management port takes what is for it, and what is not too long', async () => {
  const { registrationUrl, managementUrl, httpsUrl } = environment.centralServer
  const asked = [registrationUrl, managementUrl, httpsUrl].map((origin) => `${origin}/managementservice/manage/`)
  const statuses = async (body: Buffer | string) =>
    Promise.all(asked.map(async (url) => (await post(url, body)).statusCode))
  expect(await statuses('')).toEqual([403, 500, 405])
  expect(await statuses('x'.repeat(51_200))).toEqual([403, 500, 405])
  const { statusCode, headers, body } = await post(asked[1] ?? '', 'x'.repeat(51_201))
  expect(statusCode).toBe(413)
  expect(headers).toMatchObject({ server: 'nginx', 'content-type': 'text/html', connection: 'close' })
  expect(await body.text()).toBe(
    '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n' +
      '<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  )
  // Of no length that is said beforehand.
  const unannounced = Readable.from([Buffer.alloc(30_000), Buffer.alloc(30_000)])
  expect((await post(asked[1] ?? '', unannounced)).statusCode).toBe(413)
})

test('a port that is taken is named with its remedy', async () => {
  const { port } = new URL(environment.centralServer.httpUrl)
  const centralServer = { listen: { https: Number(port) } }
  const starting = startEnvironment({ ...topology, centralServer }, { keyCache })
  await expect(starting).rejects.toThrow(
    `the central server cannot use 127.0.0.1:${port}: the port is taken; stop what listens there or write another port in centralServer of the topology`,
  )
})
