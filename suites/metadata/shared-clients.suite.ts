import { expect } from 'vitest'
import { clientsOfJson, type ListedClient } from '../observe/client-list.ts'
import { scenario } from '../scenario.ts'
import { sharedClients } from '../target/shared-parameters.ts'
import type { Target } from '../target/target.ts'

// The list of clients against the shared parameters that the same security server has.

scenario('list of clients has the clients of the shared parameters', { covers: ['META-01'] }, async (target) => {
  // Two lists, for the configuration may change meanwhile.
  const before = (await listClients(target)).map(({ path }) => path)
  const shared = (await sharedClients(target))?.map(({ path }) => path)
  const after = (await listClients(target)).map(({ path }) => path)
  expect(shared).toEqual(expect.arrayContaining(before.filter((path) => after.includes(path))))
  expect([...before, ...after]).toEqual(expect.arrayContaining(shared ?? []))
})

scenario('list of clients has the names of the shared parameters', { covers: ['META-06'] }, async (target) => {
  const listed = new Map((await listClients(target)).map((client) => [client.path, client]))
  const shared = await sharedClients(target)
  const known = shared?.filter(({ path }) => listed.has(path)) ?? []
  expect(known).not.toEqual([])
  expect(known.map(({ path }) => namesOf(listed.get(path)))).toEqual(known.map(namesOf))
})

async function listClients(target: Target): Promise<ListedClient[]> {
  const headers = [['Accept', 'application/json']] as const
  const request = { method: 'GET', target: '/listClients', headers, body: '' } as const
  const seen = await target.soap({ client: target.client('https') }).send(request)
  return (seen.kind === 'response' && clientsOfJson(seen)) || []
}

function namesOf(client: Pick<ListedClient, 'path' | 'name' | 'subsystemName'> | undefined) {
  return { path: client?.path, name: client?.name, subsystemName: client?.subsystemName }
}
