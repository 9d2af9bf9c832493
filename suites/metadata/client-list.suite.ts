import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { clientsOfJson, clientsOfXml, type ListedClient } from '../observe/client-list.ts'
import { faultElement, mediaType, parseEnvelope } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// What a security server says of the clients of its instance.

scenario('list of clients names members and subsystems', { covers: ['META-01'] }, async (target) => {
  const paths = (await listInJson(target)).map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(registeredClients(target)))
  expect(paths).toEqual([...new Set(paths)])
})

scenario('list of clients is asked for with get', { covers: ['META-01'] }, async (target) => {
  const seen = await list(target, { method: 'POST' })
  expect(pathsOf(seen)).toBeUndefined()
  expect(seen.kind === 'response' && faultElement(parseEnvelope(seen))).toBeTruthy()
})

for (const [what, accept] of [
  ['nothing in particular is', []],
  ['html is', ['text/html']],
  ['anything is', ['*/*']],
] as const) {
  scenario(`list of clients is xml where ${what} accepted`, { covers: ['META-02'] }, async (target) => {
    const seen = await list(target, { accept })
    expect(seen.kind === 'response' && mediaType(seen).type).toBe('text/xml')
    const paths = seen.kind === 'response' && clientsOfXml(seen)?.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(registeredClients(target)))
  })
}

scenario('list of clients is json where json is accepted', { covers: ['META-03'] }, async (target) => {
  const seen = await list(target, { accept: ['application/json'] })
  expect(seen.kind === 'response' && mediaType(seen).type).toBe('application/json')
  const paths = seen.kind === 'response' && clientsOfJson(seen)?.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(registeredClients(target)))
})

scenario('list of clients is one of the types that are accepted', { covers: ['META-04'] }, async (target) => {
  const seen = await list(target, { accept: ['text/xml, application/json;q=0.1'] })
  const clients = seen.kind === 'response' ? (clientsOfJson(seen) ?? clientsOfXml(seen)) : undefined
  const type = seen.kind === 'response' && clientsOfJson(seen) === undefined ? 'text/xml' : 'application/json'
  expect(seen.kind === 'response' && mediaType(seen).type).toBe(type)
  expect(clients?.map(({ path }) => path)).toEqual(expect.arrayContaining(registeredClients(target)))
})

scenario('entries of the list of clients say what they are', { covers: ['META-05'] }, async (target) => {
  const wrong = [...(await listInXml(target)), ...(await listInJson(target))].filter(
    ({ path, objectType }) => objectType !== (path.split('/').length === 4 ? 'SUBSYSTEM' : 'MEMBER'),
  )
  expect(wrong).toEqual([])
})

scenario('list of clients gives every entry the name of its member', { covers: ['META-06'] }, async (target) => {
  const names = new Map(target.topology.members.map(({ id, name }) => [id, name]))
  for (const { path, name } of [...(await listInXml(target)), ...(await listInJson(target))]) {
    expect(name, `the name that ${path} is listed with`).toBe(names.get(memberPath(path)) ?? name)
    expect(name).toEqual(expect.any(String))
  }
})

scenario('list of clients names only subsystems that have a name', { covers: ['META-06'] }, async (target) => {
  const named = new Set(
    target.topology.members.flatMap(({ id, subsystemNames }) =>
      Object.keys(subsystemNames).map((code) => `${id}/${encodeURIComponent(code)}`),
    ),
  )
  const known = new Set(target.topology.members.map(({ id }) => id))
  const listed = [...(await listInXml(target)), ...(await listInJson(target))]
  const nameless = listed.filter(({ path }) => known.has(memberPath(path)) && !named.has(path))
  expect(nameless.filter(({ subsystemName }) => subsystemName !== undefined)).toEqual([])
})

scenario('list of the own instance is the list without an instance', { covers: ['META-07'] }, async (target) => {
  const query = `?xRoadInstance=${encodeURIComponent(target.topology.instance)}`
  expect(pathsOf(await list(target, { query }))).toEqual(pathsOf(await list(target, {})))
})

scenario('no clients are listed for an unknown instance', { covers: ['META-07'] }, async (target) => {
  expect(pathsOf(await list(target, { query: '?xRoadInstance=NO-SUCH-INSTANCE' })) ?? []).toEqual([])
})

interface ListOptions {
  readonly method?: string
  readonly accept?: readonly string[]
  readonly query?: string
}

function list(target: Target, { method = 'GET', accept = [], query = '' }: ListOptions): Promise<Seen> {
  const headers = accept.map((value) => ['Accept', value] as const)
  return target
    .soap({ client: target.client('https') })
    .send({ method, target: `/listClients${query}`, headers, body: '' })
}

async function listInJson(target: Target): Promise<ListedClient[]> {
  return parsed(await list(target, { accept: ['application/json'] }), clientsOfJson)
}

async function listInXml(target: Target): Promise<ListedClient[]> {
  return parsed(await list(target, {}), clientsOfXml)
}

function parsed(seen: Seen, parse: typeof clientsOfXml): ListedClient[] {
  const clients = seen.kind === 'response' ? parse(seen) : undefined
  expect(clients, 'a list of clients').toBeDefined()
  return clients ?? []
}

function pathsOf(seen: Seen): string[] | undefined {
  return seen.kind === 'response' ? clientsOfXml(seen)?.map(({ path }) => path) : undefined
}

/** What of the instance the topology is sure to know: the members, and the clients that are registered here. */
function registeredClients({ topology }: Target): string[] {
  const clients = topology.servers.flatMap((server) => server.clients.filter(({ status }) => status === 'registered'))
  return [...new Set([...topology.members.map(({ id }) => id), ...clients.map(({ id }) => id)])]
}

function memberPath(path: string): string {
  return path.split('/').slice(0, 3).join('/')
}
