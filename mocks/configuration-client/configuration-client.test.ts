import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { TopologyInput } from '../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'
import type { Get } from './bounded-get.ts'
import { type ConfigurationClientOptions, configurationClient } from './configuration-client.ts'
import { faithfulDownload } from './download-decisions.ts'

const keyCache = join(tmpdir(), `roadworthy-keys-${process.getuid?.() ?? 'user'}`)
const topology = {
  instance: 'FI-DEV',
  memberClasses: ['GOV'],
  members: [{ id: 'FI-DEV/GOV/1', name: 'Virasto' }],
  servers: [
    { code: 'ss1', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/App', connectionType: 'HTTP' as const }] },
  ],
} satisfies TopologyInput
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology, { keyCache })
})

afterAll(() => environment.stop())

/** A client of the environment that tells which addresses it asked, by scheme and path. */
function observed(options: Partial<ConfigurationClientOptions> = {}) {
  const asked: string[] = []
  const get: Get = async (url) => {
    const { protocol, pathname, search } = new URL(url)
    asked.push(`${protocol.slice(0, -1)} ${pathname.replace(/\/\d{14,}/, '')}${search}`)
    const response = await fetch(url)
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
  }
  return { asked, client: configurationClient({ anchor: () => anchor('internal'), get, ...options }) }
}

async function anchor(source: 'internal' | 'external'): Promise<string> {
  return (await fetch(environment.centralServer.anchorUrl[source])).text()
}

async function whileMisbehaving<T>(name: string, act: () => Promise<T>): Promise<T> {
  environment.misbehave([name])
  try {
    return await act()
  } finally {
    environment.misbehave([])
  }
}

const files = ['shared', 'private', 'nextupdate', 'fetchinterval'].map((name) => `http /V6/${name}-params.xml`)

test('HTTPS is tried before HTTP, and the newest version first', async () => {
  const { asked, client } = observed()
  const { configuration, failures } = await client.refresh()
  expect(configuration).toMatchObject({ version: 6 })
  expect(failures).toMatchObject([{ code: 'global_conf_get_version_failed' }])
  const directory = '/internalconf?version=6'
  expect(asked).toEqual([`https ${directory}`, `http ${directory}`, `http ${directory}`, ...files])
  expect(client.isValid()).toBe(true)
})

test.for([
  ['7.3', 2, ['http']],
  ['7.4', 3, ['https', 'http', 'http']],
  ['7.7', 5, ['https', 'http', 'http']],
] as const)(
  'a server of %s asks for version %i and for none that it does not know',
  async ([name, version, schemes]) => {
    const { quirks } = requireProfile(name)
    const { asked, client } = observed({ release: quirks.globalConfiguration })
    expect((await client.refresh()).configuration).toMatchObject({ version })
    const directories = asked.filter((address) => address.includes('conf'))
    expect(directories).toEqual(schemes.map((scheme) => `${scheme} /internalconf?version=${version}`))
  },
)

test('what served once is asked first, and files that did not change are not downloaded again', async () => {
  const { asked, client } = observed()
  await client.refresh()
  asked.length = 0
  expect(await client.refresh()).toMatchObject({ failures: [] })
  expect(asked).toEqual(['http /internalconf?version=6'])
})

test.for([
  ['expired-directory', 'global_conf_outdated'],
  ['local-expire-date', 'internal_error'],
  ['sign-with-unlisted-key', 'global_conf_missing_verification_cert'],
  ['sign-directory-header', 'global_conf_signature_verification_failure'],
  ['certificate-hash-without-algorithm', 'global_conf_header_field_missing_parameter'],
  ['charset-on-signature', 'global_conf_header_field_wrong_value'],
  ['charset-on-parts', 'global_conf_header_field_wrong_value'],
  ['omit-instance-parameter', 'global_conf_header_field_missing_parameter'],
  ['stale-part-hash', 'global_conf_part_downloaded_file_integrity_failure'],
  ['other-instance-parameter', 'global_conf_part_invalid_instance_identifier'],
  ['download-uri-in-anchor', 'malformed_anchor'],
])('%s is refused as %s, and the last good configuration stays', async ([name = '', code]) => {
  const { client } = observed()
  const { configuration } = await client.refresh()
  const { failures, configuration: refused } = await whileMisbehaving(name, () => client.refresh())
  expect(refused).toBeUndefined()
  expect(failures.at(-1)).toMatchObject({ code })
  expect(client.current()).toBe(configuration)
  expect(client.isValid()).toBe(true)
})

test.for([
  ['cut short', (text: string) => text.slice(0, text.length / 2), 'missing_signed_data'],
  ['no multipart', () => '<html>gone</html>', 'missing_signed_data_expiration_date'],
  ['empty', () => '', 'missing_signed_data_expiration_date'],
] as const)('a directory that is %s is refused, and the last good configuration stays', async ([, change, code]) => {
  let isBroken = false
  const get: Get = async (url) => {
    const response = await fetch(url)
    const body = Buffer.from(await response.arrayBuffer())
    const isChanged = isBroken && url.includes('conf?')
    return { status: response.status, body: isChanged ? Buffer.from(change(body.toString())) : body }
  }
  const { client } = observed({ get })
  const { configuration } = await client.refresh()
  isBroken = true
  const { failures } = await client.refresh()
  expect(failures[0]).toMatchObject({ code: expect.stringContaining(code) })
  expect(client.current()).toBe(configuration)
})

test('an anchor with a document type is refused', async () => {
  const { client } = observed({ anchor: async () => (await anchor('internal')).replace('?>', '?><!DOCTYPE a>') })
  expect((await client.refresh()).failures).toMatchObject([{ code: 'malformed_anchor' }])
})

test.for([
  [
    'never ends',
    (response) => void pipeline(Readable.from(endless()), response).catch(() => {}),
    30_000,
    'answers with more than',
  ],
  ['comes byte by byte', (response) => drip(response), 5000, 'due to timeout'],
] as [string, (response: ServerResponse) => void, number, string][])(
  'a source that %s is given up, and the next one asked',
  async ([, misbehave, timeLimit, message]) => {
    let isHostile = false
    const source = createServer(async ({ url = '/' }, response) => {
      if (isHostile) return misbehave(response)
      const answer = await fetch(environment.centralServer.httpUrl + url)
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
    })
    source.listen(0, '127.0.0.1')
    await once(source, 'listening')
    const own = `http://127.0.0.1:${(source.address() as AddressInfo).port}`
    const { httpUrl } = environment.centralServer
    const anchorOfSource = async () => (await anchor('internal')).replaceAll(httpUrl, own)
    const client = configurationClient({ anchor: anchorOfSource, timeLimit })
    expect(await client.refresh()).toMatchObject({ configuration: { url: `${own}/internalconf?version=6` } })
    isHostile = true
    const { configuration, failures } = await client.refresh()
    expect(failures[0]?.message).toContain(message)
    expect(configuration).toBeDefined()
    source.close()
    source.closeAllConnections()
  },
)

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 20)
  response.once('close', () => clearInterval(timer))
}

function* endless() {
  for (;;) yield Buffer.alloc(1024 * 1024, 'x')
}

test('a configuration is valid until it expires, and again when a new one is there', async () => {
  let later = 0
  const { client } = observed({ now: () => Date.now() + later })
  await client.refresh()
  later = 599_000 - 60_000
  expect(client.isValid()).toBe(true)
  later = 601_000
  expect(client.isValid()).toBe(false)
  later = 0
  await client.refresh()
  expect(client.isValid()).toBe(true)
})

test('without version 6 to 3 version 2 is taken', async () => {
  const asked: string[] = []
  const get: Get = async (url) => {
    asked.push(new URL(url).search)
    return { status: 404, body: Buffer.alloc(0) }
  }
  const { client } = observed({ get })
  expect(await client.refresh()).toMatchObject({ configuration: undefined })
  const versions = [6, 5, 4, 3, 2].map((version) => `?version=${version}`)
  expect(asked.slice(0, 5)).toEqual(versions)
  expect(client.isValid()).toBe(false)
})

test('an anchor of more elements than anybody needs is refused before it has filled the memory', async () => {
  const { client } = observed({
    anchor: async () => (await anchor('internal')).replace('<source>', `${'<a/>'.repeat(1_000_000)}<source>`),
  })
  expect((await client.refresh()).failures).toMatchObject([
    { code: 'malformed_anchor', message: 'there are more than 500000 elements' },
  ])
})

test('an instance that is federated with itself is asked once more, for its shared parameters', async () => {
  const own = (await anchor('internal')).replace(/^.*?<ns3:configurationAnchor[^>]*>(.*)<\/ns3:.*$/s, '$1')
  const { asked, client } = observed({
    allowsFederation: () => true,
    decisions: () => ({ ...faithfulDownload, tlsFirst: false, verifyHashes: false }),
    get: async (url) => {
      const { pathname, search } = new URL(url)
      asked.push(pathname.replace(/\/\d{14,}/, '') + search)
      const body = Buffer.from(await (await fetch(url)).arrayBuffer())
      if (!pathname.endsWith('/private-params.xml')) return { status: 200, body }
      const federated = `$&<configurationAnchor>${own}</configurationAnchor>`
      return { status: 200, body: Buffer.from(body.toString().replace('</instanceIdentifier>', federated)) }
    },
  })
  expect(await client.refresh()).toMatchObject({ failures: [], configuration: { version: 6 } })
  const directory = '/internalconf?version=6'
  const [shared] = files.map((file) => file.replace('http ', ''))
  expect(asked.slice(2 + files.length)).toEqual([directory, directory, shared])
})

test('the next source is asked when one does not answer', async () => {
  const dead =
    '<source><downloadURL>http://127.0.0.1:9/internalconf</downloadURL><verificationCert>AA==</verificationCert></source>'
  const withDead = async () => (await anchor('internal')).replace('<source>', `${dead}<source>`)
  const { client } = observed({ anchor: withDead })
  expect(await client.refresh()).toMatchObject({ configuration: { version: 6 } })
})

test('a configuration without private parameters does not let a security server work', async () => {
  const { client } = observed({ anchor: () => anchor('external') })
  expect(await client.refresh()).toMatchObject({ configuration: { version: 6 } })
  expect(client.isValid()).toBe(false)
  // What it says of itself has the keys of the external configuration too.
  expect(await client.refresh()).toMatchObject({ failures: [] })
})

test('after a change of keys the other key is trusted, for the anchor lists both', async () => {
  const { client } = observed()
  await client.refresh()
  environment.centralServer.rotateSigningKeys()
  const { configuration } = await client.refresh()
  environment.centralServer.rotateSigningKeys()
  expect(configuration).toBeDefined()
})

test('a source that leads elsewhere is followed, but to no other scheme and not for ever', async () => {
  const target = environment.centralServer.httpUrl
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const location = path.startsWith('/for-ever') ? path : target + path.replace('/old', '')
    const elsewhere = path.startsWith('/https') ? target.replace('http:', 'https:') : location
    response.writeHead(302, { Location: elsewhere }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const moved = async (path: string) => {
    const client = configurationClient({
      anchor: async () => (await anchor('internal')).replace(/http:\/\/[^/<]+\/internalconf/g, here + path),
    })
    return client.refresh()
  }
  expect((await moved('/old/internalconf')).configuration).toMatchObject({ version: 6 })
  for (const path of ['/https', '/for-ever']) {
    const { configuration, failures } = await moved(path)
    expect(configuration).toBeUndefined()
    expect(failures.at(-1)?.code).toMatch(/^global_conf_(get_version_failed|download_url_connection_failure)$/)
  }
})

test('an anchor that is not there leaves a server without configuration, and is looked for again', async () => {
  let isThere = false
  const { client } = observed({
    anchor: () => (isThere ? anchor('internal') : Promise.reject(new Error('no such file'))),
    validAtFirst: false,
  })
  expect(client.isValid()).toBe(false)
  expect((await client.refresh()).failures).toMatchObject([{ code: 'anchor_file_not_found', message: 'no such file' }])
  expect(client.isValid()).toBe(false)
  isThere = true
  await client.refresh()
  expect(client.isValid()).toBe(true)
})

test('the configuration of another instance than that of the anchor does not let a security server work', async () => {
  const { client } = observed({ anchor: async () => (await anchor('internal')).replace('>FI-DEV<', '>EE<') })
  await client.refresh()
  expect(client.isValid()).toBe(false)
})

test('it is downloaded again and again, until that is stopped', async () => {
  const { promise: third, resolve } = Promise.withResolvers<void>()
  let downloads = 0
  const accepted = () => {
    downloads += 1
    if (downloads === 3) resolve()
  }
  const { client } = observed({ interval: 1, accepted })
  await third
  client.stop()
})

test('servers of an old release know themselves and one another by its configuration, which lists other hashes', async () => {
  const two = {
    ...topology,
    servers: [...topology.servers, { code: 'ss2', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/Provider' }] }],
  }
  await using other = await startEnvironment(two, { keyCache, downloadConfiguration: true, profile: '7.3' })
  const { configuration } = (await other.configurationClient?.refresh()) ?? {}
  expect(configuration).toMatchObject({ version: 2 })
  const { http } = other.bindings.servers['ss1'] ?? {}
  for (const provider of ['App', 'Provider']) {
    const url = `${http}/r1/FI-DEV/GOV/1/${provider}/service`
    const answer = await fetch(url, { headers: { 'X-Road-Client': 'FI-DEV/GOV/1/App' } })
    expect(await answer.json()).toMatchObject({ type: 'Server.ServerProxy.UnknownService' })
  }
  const archive = Buffer.from(await (await fetch(`${http}/verificationconf`)).arrayBuffer())
  const shared = configuration?.files.find(({ identifier }) => identifier === 'SHARED-PARAMETERS')
  expect(archive.includes(deflateRawSync(shared?.bytes ?? '')), 'the document that was downloaded').toBe(true)
  expect((await fetch(`${other.centralServer.httpUrl}/internalconf?version=3`)).status).toBe(404)
  expect(await (await fetch(other.centralServer.anchorUrl.internal)).text()).not.toContain('https:')
})

test('a server is looked for where it is published, once that is another address than at the start', async () => {
  const two = {
    ...topology,
    servers: [...topology.servers, { code: 'ss2', owner: 'FI-DEV/GOV/1', clients: [{ id: 'FI-DEV/GOV/1/Provider' }] }],
  }
  await using other = await startEnvironment(two, { keyCache })
  const server = {
    kind: 'server',
    owner: { kind: 'member', instance: 'FI-DEV', memberClass: 'GOV', memberCode: '1' },
  } as const
  const { office } = other.centralServer
  await office.submit({
    service: 'addressChange',
    fields: { server: { ...server, serverCode: 'ss2' }, address: 'moved.invalid' },
  })
  const url = `${other.bindings.servers['ss1']?.http}/r1/FI-DEV/GOV/1/Provider/service`
  const answer = await fetch(url, { headers: { 'X-Road-Client': 'FI-DEV/GOV/1/App' } })
  expect(await answer.json()).toMatchObject({
    type: 'server.clientproxy.unknown_host',
    message: expect.stringContaining('moved.invalid'),
  })
})

test('a server whose global configuration is not valid refuses messages', async () => {
  const misbehaviours = ['expired-directory']
  const [server] = topology.servers
  const watched = { ...topology, servers: [{ ...server, listen: { healthCheck: 0 } }] }
  await using other = await startEnvironment(watched as TopologyInput, {
    keyCache,
    downloadConfiguration: true,
    misbehaviours,
  })
  await other.configurationClient?.refresh()
  const health = await fetch(other.bindings.servers['ss1']?.healthCheck ?? '')
  expect([health.status, await health.text()]).toEqual([500, 'Global configuration is expired\n'])
  const ask = async () => {
    const url = `${other.bindings.servers['ss1']?.http}/r1/FI-DEV/GOV/1/App/service`
    return (await fetch(url, { headers: { 'X-Road-Client': 'FI-DEV/GOV/1/App' } })).json()
  }
  expect(await ask()).toMatchObject({ type: 'server.clientproxy.global_conf_outdated' })
  other.misbehave([])
  await other.configurationClient?.refresh()
  expect(await ask()).not.toMatchObject({ type: 'server.clientproxy.global_conf_outdated' })
})
