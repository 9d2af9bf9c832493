import { expect } from 'vitest'
import { formatPath } from '../../fixtures/identifiers.ts'
import { bodyJson } from '../observe/response.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// Who may ask a security server for the clients of its instance: anybody.

scenario('list of clients needs no certificate over https', { covers: ['CONN-GEN-08'] }, async (target) => {
  expect(await listedTo(target, 'https')).toContain(formatPath(target.client('https')))
})

scenario('list of clients needs no encryption', { covers: ['CONN-GEN-08'], needs: ['plaintext'] }, async (target) => {
  expect(await listedTo(target, 'http')).toContain(formatPath(target.client('https')))
})

interface Member {
  readonly id: Readonly<Record<'xroad_instance' | 'member_class' | 'member_code', string>> & { subsystem_code?: string }
}

async function listedTo(target: Target, over: 'http' | 'https'): Promise<string[]> {
  const approach = { client: target.client('https'), certificate: 'none', over }
  const request = {
    method: 'GET',
    target: '/listClients',
    headers: [['Accept', 'application/json']],
    body: '',
  } as const
  const seen = await target.soap(approach).send(request)
  if (seen.kind !== 'response' || seen.status !== 200) return []
  const { member = [] } = bodyJson(seen) as { member?: Member[] }
  return member.map(({ id }) =>
    [id.xroad_instance, id.member_class, id.member_code, id.subsystem_code]
      .filter((part) => part !== undefined)
      .join('/'),
  )
}
