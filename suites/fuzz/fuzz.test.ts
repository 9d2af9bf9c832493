import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startEnvironment } from '../../mocks/environment.ts'
import { fuzz } from './fuzz.ts'
import { fuzzTopology } from './fuzz-topology.ts'
import { findFault } from './judge-bytes.ts'

test('the mock withstands whatever clients and providers send', { timeout: 60_000 }, async () => {
  const found: string[] = []
  const note = (warning: Error) => found.push(warning.stack ?? warning.message)
  process.on('warning', note)
  try {
    await using environment = await startEnvironment(fuzzTopology)
    const { http = '', https = '' } = environment.bindings.servers['ss1'] ?? {}
    const { scripted } = environment
    if (scripted === undefined) throw new Error('the provider of this test is scripted')
    const target = { ports: { http: portOf(http), https: portOf(https) }, script: scripted.script }
    expect(await fuzz(target, { runs: 30, time: 10_000, defects: () => found.splice(0) })).toBeGreaterThan(0)
  } finally {
    process.off('warning', note)
  }
})

test('a thousand idle connections, and resets at every byte of a request, keep nobody else waiting', async () => {
  await using environment = await startEnvironment(fuzzTopology)
  const port = portOf(environment.bindings.servers['ss1']?.http ?? '')
  const idle = await Promise.all(Array.from({ length: 1000 }, () => open(port)))
  const request = 'GET /r1/FI/GOV/1/Good/rest HTTP/1.1\r\nHost: ss1\r\nX-Road-Client: FI/GOV/1/Client\r\n\r\n'
  for (let length = 1; length <= request.length; length += 1) {
    const socket = await open(port)
    socket.write(request.slice(0, length), () => socket.resetAndDestroy())
  }
  const answer = await fetch(`http://127.0.0.1:${port}/r1/FI/GOV/1/Good/rest`, {
    headers: { 'X-Road-Client': 'FI/GOV/1/Client', connection: 'close' },
  })
  expect(answer.status).toBe(200)
  for (const socket of idle) socket.destroy()
})

test.for([
  ['', undefined],
  ['HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n', undefined],
  ['HTTP/1.1 500 X\r\nX-Road-Error: server.serverproxy.service_failed.io_error\r\n\r\n', undefined],
  [
    'HTTP/1.1 500 X\r\nX-Road-Error: server.serverproxy.mistake\r\n\r\n',
    'no fault has the code server.serverproxy.mistake',
  ],
  ['garbage', 'the answer does not begin with the head of one'],
  ['HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n', 'the answer does not begin with the head of one'],
  ['HTTP/1.1 404 X\r\nContent-Type: text/html;charset=iso-8859-1\r\n\r\n', 'an error page with status 404'],
  ['HTTP/1.1 500 X\r\n\r\nTypeError: x\n    at f (serve.js:1:2)\n', 'the answer shows a stack'],
  ["HTTP/1.1 500 X\r\n\r\nENOENT: no such file '/tmp/x'", 'the answer shows a path of this machine'],
] as const)('of %j is said: %s', ([bytes, fault]) => {
  expect(findFault(Buffer.from(bytes))).toBe(fault)
})

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', () => socket.destroy())
  })
}
