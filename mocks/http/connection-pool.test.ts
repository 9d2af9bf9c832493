import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyBody } from '../message/body.ts'
import { type ConnectionPool, connectionPool, type PooledConnection } from './connection-pool.ts'
import { type HttpCall, makeCall, NoAnswer } from './http-call.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const request: HttpCall = { method: 'GET', target: '/', headers: [], body: emptyBody, chunked: false, timeout: 5000 }

let server: Server
let pool: ConnectionPool
let connections: Socket[]
let answers: (socket: Socket) => void
let requests: number

beforeEach(async () => {
  pool = connectionPool()
  connections = []
  requests = 0
  answers = (socket) => socket.write(answer)
  server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      requests += 1
      answers(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => {
  pool.close()
  for (const socket of connections) socket.destroy()
  server.close()
})

test.each(['end', 'resetAndDestroy'] as const)(
  'a resting connection that was seen to close (%s) is not used again',
  async (how) => {
    const first = await acquire()
    await makeCall(first, request)
    const closed = new Promise((resolve) => first.socket.once('close', resolve))
    connections[0]?.[how]()
    await closed
    expect((await makeCall(await acquire(), request)).head.status).toBe(200)
    expect(connections).toHaveLength(2)
  },
)

test('a provider that closes instead of answering on a kept connection is not asked again', async () => {
  await makeCall(await acquire(), request)
  answers = (socket) => socket.end()
  await expect(makeCall(await acquire(), request)).rejects.toThrow(NoAnswer)
  expect(requests).toBe(2)
})

function acquire(): Promise<PooledConnection> {
  const { port } = server.address() as AddressInfo
  return pool.acquire({ host: '127.0.0.1', port, timeout: 5000, pool: '' })
}
