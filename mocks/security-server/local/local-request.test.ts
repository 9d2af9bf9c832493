import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TopologyInput } from '../../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../../environment.ts'

const topology: TopologyInput = {
  instance: 'T',
  memberClasses: ['GOV'],
  members: [{ id: 'T/GOV/1', name: 'One & Only', subsystemNames: { consumer: 'Asiointi' } }],
  servers: [
    { code: 'ss1', owner: 'T/GOV/1', clients: [{ id: 'T/GOV/1/consumer' }] },
    { code: 'ss2', owner: 'T/GOV/1', settings: { globalConfigurationValid: false } },
    {
      code: 'ss3',
      owner: 'T/GOV/1',
      settings: { verifyClientCertificate: false },
      clients: [{ id: 'T/GOV/1/saved', status: 'saved', connectionType: 'HTTP' }, { id: 'T/GOV/1/strict' }],
    },
  ],
}

let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology)
})

afterAll(() => environment?.stop())

test('with an expired global configuration every GET but a REST one is a SOAP fault that says so', async () => {
  for (const path of ['/listClients', '/verificationconf', '/asic', '/', '/anything']) {
    const { status, body } = await get('ss2', path)
    expect([status, body]).toEqual([
      200,
      expect.stringContaining('<faultcode>server.clientproxy.global_conf_outdated<'),
    ])
  }
  expect(await get('ss2', '/r1/T/GOV/1/s/service')).toMatchObject({
    status: 500,
    body: expect.stringContaining('"type":"server.clientproxy.global_conf_outdated"'),
  })
})

test('listClients tells names of subsystems', async () => {
  const { body } = await get('ss1', '/listClients')
  expect(body).toContain('<ns2:name>One &amp; Only</ns2:name>\n        <ns2:subsystemName>Asiointi</ns2:subsystemName>')
})

test('signed documents are for a client of any status, however the server checks its callers', async () => {
  const asic = (subsystem: string) =>
    get('ss3', `/asic?xRoadInstance=T&memberClass=GOV&memberCode=1&subsystemCode=${subsystem}&queryId=1`)
  expect(await asic('saved')).toMatchObject({ status: 404, body: 'No signed documents found' })
  expect(await asic('strict')).toMatchObject({
    status: 401,
    body: 'Client (SUBSYSTEM:T/GOV/1/strict) specifies HTTPS but did not supply TLS certificate',
  })
})

test('central services are listed and looked up in vain up to 7.2, and unknown from 7.3 on', async () => {
  await using old = await startEnvironment(topology, { profile: '6.26' })
  const http = old.bindings.servers['ss1']?.http
  const list = await fetch(`${http}/listCentralServices`)
  expect([list.headers.get('content-type'), await list.text()]).toEqual([
    'text/xml;charset=utf-8',
    expect.stringMatching(/<ns2:centralServiceList xmlns[^>]*\/>\n$/),
  ])
  const foreign = await fetch(`${http}/listCentralServices?xRoadInstance=X`)
  expect(await foreign.text()).toContain('Invalid instance identifier: X')
  expect((await get('ss1', '/listCentralServices')).body).toContain('client.invalid_http_method')
})

async function get(server: string, path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${environment.bindings.servers[server]?.http}${path}`)
  return { status: answer.status, body: await answer.text() }
}
