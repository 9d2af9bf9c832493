import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { TopologyInput } from '../fixtures/topology.ts'
import { writeEnvelope } from '../suites/client/soap-envelope.ts'
import { type RunningEnvironment, startEnvironment } from './environment.ts'

/*
 * An exchange of 100 MB in each direction stays below what one copy of each would take, although what is measured is the
 * whole process, with client, security server, provider and the buffers that nobody has collected yet.
 */
const megabyte = 1024 * 1024
const size = 100 * megabyte
const memoryLimit = 160 * megabyte

const allow = [{ subjects: [{ client: 'T/GOV/1/consumer' }] }]
const received = new Map<string, string>()
const provider = createServer((incoming, outgoing) => void answer(incoming, outgoing))
let environment: RunningEnvironment

// Never the measure of anything: a busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 })

beforeAll(async () => {
  provider.listen(0, '127.0.0.1')
  await once(provider, 'listening')
  environment = await startEnvironment(topology(`http://127.0.0.1:${(provider.address() as AddressInfo).port}`), {
    overNetworkToItself: true,
  })
})

afterAll(async () => {
  await environment?.stop()
  provider.close()
})

test('a REST body of 100 MB passes in both directions without standing in memory', async () => {
  const answer = await exchange('/r1/T/GOV/1/provider/large/echo', restHeaders, [])
  expect(answer).toMatchObject({ status: 200, length: size, digest: digestOf('') })
  expect(received.get('/rest/echo')).toBe(digestOf(''))
  expect(answer.memory).toBeLessThan(memoryLimit)
})

test('an answer of 100 MB that comes compressed is inflated without standing in memory', async () => {
  const answer = await exchange('/r1/T/GOV/1/provider/large/gzip', restHeaders, [])
  expect(answer).toMatchObject({ status: 200, length: size, digest: digestOf('') })
  expect(answer.memory).toBeLessThan(memoryLimit)
})

test('a SOAP attachment of 100 MB passes in both directions without standing in memory', async () => {
  const answer = await exchange('/', { 'Content-Type': multipart }, [multipartStart, multipartEnd])
  expect(answer).toMatchObject({ status: 200, start: expect.stringContaining('requestHash') })
  expect(answer.length).toBeGreaterThan(size)
  expect(received.get('/soap')).toBe(digestOf(multipartStart, multipartEnd))
  expect(answer.memory).toBeLessThan(memoryLimit)
})

const restHeaders = { 'X-Road-Client': 'T/GOV/1/consumer' }
const multipart = 'multipart/related; boundary=b; type="text/xml"'
const client = {
  kind: 'subsystem',
  instance: 'T',
  memberClass: 'GOV',
  memberCode: '1',
  subsystemCode: 'consumer',
} as const
const envelope = writeEnvelope({
  client,
  service: {
    kind: 'service',
    provider: { ...client, subsystemCode: 'provider' },
    serviceCode: 'largeSoap',
  },
  id: 'large-1',
  body: '<largeSoap/>',
})
const multipartStart = `--b\r\ncontent-type:text/xml\r\n\r\n${envelope}\r\n--b\r\ncontent-type:image/png\r\n\r\n`
const multipartEnd = '\r\n--b--\r\n'
const block = Buffer.alloc(64 * 1024)

interface LargeAnswer {
  readonly status: number | undefined
  readonly start: string
  readonly length: number
  readonly digest: string
  /** By how much the memory in use grew at its height, in bytes. */
  readonly memory: number
}

/** Sends 100 MB between the two texts, and takes in what comes back. */
async function exchange(
  path: string,
  headers: Record<string, string>,
  around: readonly string[],
): Promise<LargeAnswer> {
  const before = memoryInUse()
  let memory = 0
  const call = request(`${environment.bindings.servers['ss1']?.http}${path}`, { method: 'POST', headers })
  const answered = once(call, 'response') as Promise<[IncomingMessage]>
  await pipeline(Readable.from(large(around, () => (memory = Math.max(memory, memoryInUse() - before)))), call)
  const [answer] = await answered
  const hash = createHash('sha256')
  let length = 0
  let start = ''
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (start === '') start = chunk.toString('latin1')
    length += chunk.length
    hash.update(chunk)
    memory = Math.max(memory, memoryInUse() - before)
  }
  return { status: answer.statusCode, start, length, digest: hash.digest('hex'), memory }
}

function* large([start = '', end = '']: readonly string[], onBlock: () => void = () => {}): Generator<Buffer> {
  if (start !== '') yield Buffer.from(start)
  for (let sent = 0; sent < size; sent += block.length) {
    onBlock()
    yield block
  }
  if (end !== '') yield Buffer.from(end)
}

function digestOf(...around: string[]): string {
  const hash = createHash('sha256')
  for (const piece of large(around)) hash.update(piece)
  return hash.digest('hex')
}

function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of incoming as AsyncIterable<Buffer>) hash.update(chunk)
  const path = incoming.url ?? ''
  received.set(path, hash.digest('hex'))
  if (path === '/soap') {
    outgoing.setHeader('Content-Type', multipart)
    await pipeline(
      Readable.from(large([multipartStart.replaceAll('<largeSoap/>', '<largeSoapResponse/>'), multipartEnd])),
      outgoing,
    )
  } else if (path.endsWith('/gzip')) {
    outgoing.setHeader('Content-Encoding', 'gzip')
    await pipeline(Readable.from(large([])), createGzip(), outgoing)
  } else await pipeline(Readable.from(large([])), outgoing)
}

function topology(address: string): TopologyInput {
  return {
    instance: 'T',
    memberClasses: ['GOV'],
    members: [{ id: 'T/GOV/1', name: 'One' }],
    certificates: {},
    servers: [
      {
        code: 'ss1',
        owner: 'T/GOV/1',
        clients: [
          { id: 'T/GOV/1/consumer', connectionType: 'HTTP' },
          {
            id: 'T/GOV/1/provider',
            descriptions: [
              { type: 'REST', url: `${address}/rest`, services: [{ code: 'large', url: `${address}/rest`, allow }] },
              {
                type: 'WSDL',
                url: `${address}/wsdl`,
                services: [{ code: 'largeSoap', url: `${address}/soap`, allow }],
              },
            ],
          },
        ],
      },
    ],
  }
}
