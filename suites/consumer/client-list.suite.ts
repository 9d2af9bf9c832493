import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { clientsOfJson } from '../observe/client-list.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// Who may ask a security server for the clients of its instance: anybody.

scenario('list of clients needs no certificate over https', { covers: ['CONN-GEN-08'] }, async (target) => {
  expect(await listedTo(target, 'https')).toContain(formatPath(target.client('https')))
})

scenario('list of clients needs no encryption', { covers: ['CONN-GEN-08'], needs: ['plaintext'] }, async (target) => {
  expect(await listedTo(target, 'http')).toContain(formatPath(target.client('https')))
})

async function listedTo(target: Target, over: 'http' | 'https'): Promise<string[]> {
  const approach = { client: target.client('https'), certificate: 'none', over }
  const headers = [['Accept', 'application/json']] as const
  const seen = await target.soap(approach).send({ method: 'GET', target: '/listClients', headers, body: '' })
  const clients = seen.kind === 'response' ? clientsOfJson(seen) : undefined
  return clients?.map(({ path }) => path) ?? []
}
