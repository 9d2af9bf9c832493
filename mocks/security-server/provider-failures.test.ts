import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProviderScript } from '../../fixtures/provider-script.ts'
import { fuzzTopology } from '../../suites/fuzz/fuzz-topology.ts'
import { requests } from '../../suites/fuzz/seeds.ts'
import { type RunningEnvironment, startEnvironment } from '../environment.ts'

const inflated = 200 * 1024 * 1024
const url = '/r1/FI/GOV/1/Provider/rest'
const chunk = Buffer.from(`ffff\r\n${'x'.repeat(0xffff)}\r\n`).toString('base64')

let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(fuzzTopology)
})

afterAll(() => environment.stop())

test.for<[string, ProviderScript['actions'], string, string]>([
  ['closes without an answer', [{ close: 'fin' }], 'io_error', 'The target server failed to respond'],
  ['resets the connection', [{ close: 'rst' }], 'network_error', 'Connection reset'],
  ['answers nonsense', [{ send: 'nonsense\r\n\r\n' }, { close: 'fin' }], 'io_error', 'null'],
  ['answers half a header', [{ send: 'HTTP/1.1 200 OK\r\nA' }, { close: 'fin' }], 'io_error', 'null'],
  ['says nothing', [], 'io_error', 'Read timed out'],
  [
    'stops within its answer',
    [{ send: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab' }],
    'io_error',
    'Read timed out',
  ],
  [
    'sends more than a chunk announced',
    [{ send: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n' }],
    'io_error',
    'Unexpected content at the end of chunk',
  ],
  [
    'says gzip of what is none',
    [{ send: 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab' }],
    'io_error',
    'Not in GZIP format',
  ],
  [
    'has a head without end',
    Array.from({ length: 40 }, (): ProviderScript['actions'][number] => ({ send: `X: ${'y'.repeat(30_000)}` })),
    'io_error',
    'null',
  ],
])('a provider that %s', async ([, actions, code, message]) => {
  const answer = await call(actions)
  expect(answer.status).toBe(500)
  expect(answer.headers.get('x-road-error')).toBe(`server.serverproxy.${code}`)
  const error = (await answer.json()) as { message: string | null }
  expect(String(error.message)).toBe(message)
})

test('a small answer that inflates to a large one is passed on whole, and does not stand in memory', {
  timeout: 30_000,
}, async () => {
  const bomb = gzipSync(Buffer.alloc(inflated))
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`
  const before = process.memoryUsage().rss
  const answer = await call([{ send: head }, { sendBase64: bomb.toString('base64') }])
  let length = 0
  let most = 0
  for await (const part of answer.body ?? []) {
    length += part.length
    most = Math.max(most, process.memoryUsage().rss)
  }
  expect(length).toBe(inflated)
  expect(most - before).toBeLessThan(inflated * 0.8)
})

test('a caller who leaves while the provider is still sending costs nothing', async () => {
  const script = [
    { send: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' },
    ...Array(100).fill({ sendBase64: chunk }),
  ]
  await expect(call(script, AbortSignal.timeout(100))).rejects.toThrow()
  expect((await call([{ send: 'HTTP/1.1 204 X\r\n\r\n' }])).status).toBe(204)
})

test('a SOAP service at an address that is none is not called', async () => {
  const address = {
    kind: 'set-service',
    provider: 'FI/GOV/1/Provider',
    serviceCode: 'soap',
    url: 'http://bad host/',
  } as const
  await environment.change('ss1', address)
  const [, body = ''] = soapRequest().split('\r\n\r\n')
  const answer = await fetch(`${environment.bindings.servers['ss1']?.http}/`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body,
  })
  expect(await answer.text()).toContain(
    '<faultcode>server.serverproxy.service_malformed_url</faultcode><faultstring>Malformed service address &apos;http://bad host/&apos;: Illegal character in authority at index 10: http://bad host/</faultstring>',
  )
})

let messages = 0

function call(actions: ProviderScript['actions'], signal?: AbortSignal) {
  const { bindings, scripted } = environment
  messages += 1
  const id = `message-${messages}`
  scripted?.script(id, [{ actions }])
  const headers = { 'X-Road-Client': 'FI/GOV/1/Client', 'X-Road-Id': id }
  return fetch(`${bindings.servers['ss1']?.http}${url}`, { headers, ...(signal !== undefined && { signal }) })
}

function soapRequest(): string {
  const found = requests.find((request) => request.includes('SOAPAction'))
  if (found === undefined) throw new Error('no SOAP request among the seeds')
  return found.toString()
}
