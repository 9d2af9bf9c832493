import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TopologyInput } from '../../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../../environment.ts'

const allow = [{ subjects: [{ client: 'T/GOV/1/consumer' }] }]
const service = { url: '${system.https}/service', allow }
const topology: TopologyInput = {
  instance: 'T',
  memberClasses: ['GOV'],
  members: [{ id: 'T/GOV/1', name: 'One' }],
  certificates: { system: {}, other: { key: 'ec-p256' } },
  informationSystems: [{ name: 'system', serves: 'scripted', certificate: 'system' }],
  servers: [
    {
      code: 'ss1',
      owner: 'T/GOV/1',
      clients: [
        { id: 'T/GOV/1/consumer', connectionType: 'HTTP' },
        {
          id: 'T/GOV/1/provider',
          certificates: ['other'],
          descriptions: [
            {
              type: 'OPENAPI',
              url: '${system.https}/openapi.json',
              services: [
                { ...service, code: 'strict' },
                { ...service, code: 'lax', verifyTls: false },
              ],
            },
          ],
        },
      ],
    },
  ],
}

let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(topology)
})

afterAll(() => environment?.stop())

test('a description is fetched only from a system whose certificate is listed, if the service says so', async () => {
  expect(await getOpenApi('strict')).toMatchObject({
    status: 500,
    body: expect.stringContaining('"message":"IS certificate is not trusted"'),
  })
  expect(await getOpenApi('lax')).toMatchObject({ status: 200 })
})

async function getOpenApi(serviceCode: string): Promise<{ status: number; body: string }> {
  const url = `${environment.bindings.servers['ss1']?.http}/r1/T/GOV/1/provider/getOpenAPI?serviceCode=${serviceCode}`
  const answer = await fetch(url, { headers: { 'X-Road-Client': 'T/GOV/1/consumer' } })
  return { status: answer.status, body: await answer.text() }
}
