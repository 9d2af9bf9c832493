import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TopologyInput } from '../fixtures/topology.ts'
import { writeEnvelope } from '../suites/client/soap-envelope.ts'
import { boundedGet } from './configuration-client/bounded-get.ts'
import { configurationClient } from './configuration-client/configuration-client.ts'
import { type RunningEnvironment, startEnvironment } from './environment.ts'

type Federation = NonNullable<TopologyInput['federations']>[number]

// Two instances with servers, members, subsystems and groups of the same names.
let one: RunningEnvironment
let other: RunningEnvironment
const keyCache = join(tmpdir(), `roadworthy-keys-${process.getuid?.() ?? 'user'}`)
let folder: string
let ahead = 0
const now = () => Date.now() + ahead

// One knows the other from its start on, by a file; the other is told of it.
beforeAll(async () => {
  const keysOf = (instance: string) => ({ keyCache: `${keyCache}-${instance}` })
  folder = await mkdtemp(join(tmpdir(), 'federation-'))
  other = await startEnvironment(topology('OTHER', { instance: 'ONE' }), {
    ...keysOf('other'),
    now,
    locatePeer: () => peerOf(one),
  })
  await writeFile(join(folder, 'anchor.xml'), await anchorOf(other))
  one = await startEnvironment(topology('ONE', { instance: 'OTHER', anchorFile: 'anchor.xml' }), {
    ...keysOf('one'),
    baseFolder: folder,
    now,
    locatePeer: () => peerOf(other),
  })
  await one.configurationClient?.refresh()
  await other.centralServer.federations.upload(await anchorOf(one))
  // Keys are made, all of them twice, unless the folders have them.
}, 60_000)

afterAll(async () => {
  await Promise.all([one?.stop(), other?.stop(), rm(folder, { recursive: true })])
})

const unknown = {
  type: 'server.clientproxy.internal_error',
  message: expect.stringMatching(/\[SYSTEM\] internal_error: Shared params for instance identifier OTHER not found$/),
}

test('members of federated instances call one another until a server allows it no longer', async () => {
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject({ data: expect.anything() })
  expect(await call(other, 'ONE/GOV/1/Provider/for-partner')).toMatchObject({ data: expect.anything() })
  expect(await call(one, 'OTHER/GOV/1/Provider/for-group-of-partner')).toMatchObject({ data: expect.anything() })
  expect(await listMethods(one, 'OTHER')).toContain('listMethodsResponse')
  for (const service of ['for-own-group', 'for-own-client']) {
    expect(await call(one, `OTHER/GOV/1/Provider/${service}`), service).toMatchObject({
      type: 'server.serverproxy.access_denied',
    })
  }
  expect(await get(one, '/listClients?xRoadInstance=OTHER')).toContain('<ns1:xRoadInstance>OTHER</ns1:xRoadInstance>')
  expect(foldersOf(await get(one, '/verificationconf'))).toEqual(['ONE', 'OTHER'])

  await allow(other, 'none')
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner'), 'over a connection that was kept').toMatchObject({
    type: 'server.serverproxy.service_failed.internal_error',
    message: expect.stringContaining('Shared params for instance identifier ONE not found'),
  })
  await allow(one, 'none')
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject(unknown)
  expect(await get(one, '/listClients?xRoadInstance=OTHER')).toContain(
    'Shared params for instance identifier OTHER not found',
  )
  expect(foldersOf(await get(one, '/verificationconf'))).toEqual(['ONE'])

  await allow(other, ['ONE'])
  await allow(one, ['Other'])
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject({ data: expect.anything() })
})

test('the last good configuration of a partner serves until it expires, and the own one longer', async () => {
  other.misbehave(['sign-with-unlisted-key'])
  await one.configurationClient?.refresh()
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject({ data: expect.anything() })
  ahead = 11 * 60_000
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject({
    type: 'server.clientproxy.global_conf_outdated',
  })
  await one.configurationClient?.refresh()
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject(unknown)
  expect(foldersOf(await get(one, '/verificationconf'))).toEqual(['ONE', 'OTHER'])
  other.misbehave([])
  await other.configurationClient?.refresh()
  await one.configurationClient?.refresh()
  expect(await call(one, 'OTHER/GOV/1/Provider/for-partner')).toMatchObject({ data: expect.anything() })
})

test('the own configuration does not wait for a partner that never answers', async () => {
  const { httpUrl, httpsUrl } = other.centralServer
  const silent = [httpUrl, httpsUrl].map((url) => new URL(url).port)
  const get = boundedGet()
  const client = configurationClient({
    anchor: async () => (await fetch(one.centralServer.anchorUrl.internal)).text(),
    allowsFederation: () => true,
    get: (url) => (silent.includes(new URL(url).port) ? new Promise(() => {}) : get(url)),
  })
  expect(await client.refreshOwn()).toMatchObject({ configuration: { version: 6 } })
  expect(client.federations().size).toBe(0)
})

function topology(instance: string, federation: Federation): TopologyInput {
  const partner = federation.instance
  const service = (code: string, subject: object) => ({
    type: 'REST' as const,
    services: [{ code, url: '${test-services.http}/rest-api/random', allow: [{ subjects: [subject] }] }],
  })
  return {
    instance,
    memberClasses: ['GOV'],
    members: [{ id: `${instance}/GOV/1`, name: instance }],
    federations: [federation],
    globalGroups: [{ code: 'consumers', members: [`${instance}/GOV/1/App`] }],
    informationSystems: [{ name: 'test-services', serves: 'test-services' }],
    servers: [
      {
        code: 'ss1',
        owner: `${instance}/GOV/1`,
        settings: { allowedFederations: 'all' },
        clients: [
          { id: `${instance}/GOV/1/App`, connectionType: 'HTTP' },
          {
            id: `${instance}/GOV/1/Provider`,
            descriptions: [
              service('for-partner', { client: `${partner}/GOV/1/App` }),
              service('for-group-of-partner', { globalGroup: 'consumers', instance: partner }),
              service('for-own-group', { globalGroup: 'consumers' }),
              service('for-own-client', { client: `${instance}/GOV/1/App` }),
            ] as NonNullable<NonNullable<TopologyInput['servers'][number]['clients']>[number]['descriptions']>,
          },
        ],
      },
    ],
  }
}

function peerOf({ bindings }: RunningEnvironment) {
  return bindings.servers['ss1']?.peer
}

async function anchorOf({ centralServer }: RunningEnvironment): Promise<string> {
  return (await fetch(centralServer.anchorUrl.external)).text()
}

function allow(environment: RunningEnvironment, allowedFederations: 'none' | string[]): Promise<void> {
  return environment.change('ss1', { kind: 'set-settings', settings: { allowedFederations } })
}

async function call({ bindings, topology: { instance } }: RunningEnvironment, service: string): Promise<unknown> {
  const headers = { 'X-Road-Client': `${instance}/GOV/1/App` }
  return (await fetch(`${bindings.servers['ss1']?.http}/r1/${service}`, { headers })).json()
}

async function listMethods({ bindings, topology: { instance } }: RunningEnvironment, of: string): Promise<string> {
  const member = { kind: 'subsystem', memberClass: 'GOV', memberCode: '1' } as const
  const body = writeEnvelope({
    client: { ...member, instance, subsystemCode: 'App' },
    service: {
      kind: 'service',
      provider: { ...member, instance: of, subsystemCode: 'Provider' },
      serviceCode: 'listMethods',
    },
    id: 'id',
    body: '<x:listMethods xmlns:x="http://x-road.eu/xsd/xroad.xsd"/>',
  })
  const headers = { 'Content-Type': 'text/xml; charset=UTF-8' }
  return (await fetch(bindings.servers['ss1']?.http ?? '', { method: 'POST', headers, body })).text()
}

async function get({ bindings }: RunningEnvironment, path: string): Promise<string> {
  const answer = await fetch(`${bindings.servers['ss1']?.http}${path}`)
  return Buffer.from(await answer.arrayBuffer()).toString('latin1')
}

/** Names stand in the directory of an archive as they are. */
function foldersOf(archive: string): string[] {
  return [...new Set(archive.match(/(?<=verificationconf\/)\w+(?=\/shared-params\.xml)/g))]
}
