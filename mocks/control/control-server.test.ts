import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { ConfigurationChange } from '../../fixtures/configuration-change.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { connectionLog } from '../log/connection-log.ts'
import { exchangeLog } from '../log/exchange-log.ts'
import { anchorRoutes } from './anchor-routes.ts'
import { centralRoutes } from './central-routes.ts'
import type { ControlRequest } from './control-route.ts'
import { type ControlOptions, startControlServer } from './control-server.ts'
import { environmentRoutes } from './environment-routes.ts'
import { serverRoutes } from './server-routes.ts'
import { systemRoutes } from './system-routes.ts'

const change = { kind: 'set-client-status', client: 'FI/GOV/1', status: 'saved' } as const

test('without its token it does nothing and tells nothing', async () => {
  await using control = await start()
  for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: `bearer ${control.token}` }]) {
    const answer = await fetch(`${control.url}/change`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(401)
    expect(await answer.text()).not.toContain(control.token)
  }
  expect(control.changes).toEqual([])
})

test('says without a token that it is up, and what runs to who has one', async () => {
  await using control = await start()
  const health = await fetch(`${control.url}/health`)
  expect([health.status, await health.json()]).toEqual([200, { healthy: true }])
  expect((await fetch(`${control.url}/environment`)).status).toBe(401)
  expect(await control.send('GET', '/environment')).toEqual({ status: 200, body: { profile: '7.8' } })
})

test('listens where it is told to, with the token that it is given', async () => {
  await using control = await start({ host: '0.0.0.0', token: 'given' })
  expect(control.token).toBe('given')
  expect(await control.send('GET', '/ready')).toMatchObject({ status: 200 })
  const port = Number(new URL(control.url).port)
  await expect(start({ port })).rejects.toThrow(
    `the control interface cannot use 127.0.0.1:${port}: the port is taken; stop what listens there or write another port`,
  )
})

test('tells of all exchanges and connections, or of one message and the connection it came by', async () => {
  await using control = await start()
  const [idle, used] = [1, 2].map(() => control.connections.begin({ server: 'ss1', listener: 'http' }).number)
  const request = { method: 'GET', target: '/', headers: [], body: { length: 0, base64: '' } }
  const facts = { connection: used ?? 0, server: 'ss1', listener: 'http', protocol: 'rest', request } as const
  for (const messageId of ['a b', 'c']) control.log.finish(Object.assign(control.log.begin(facts), { messageId }))
  expect(await control.send('GET', '/state')).toMatchObject({
    body: { exchanges: [{ messageId: 'a b' }, { messageId: 'c' }], connections: [{ number: idle }, { number: used }] },
  })
  expect(await control.send('GET', '/state?messageId=a%20b')).toMatchObject({
    body: { exchanges: [{ messageId: 'a b', connection: used }], connections: [{ number: used }] },
  })
})

test('makes a change that is one', async () => {
  await using control = await start()
  expect(await control.send('POST', '/change', { server: 'ss1', change })).toMatchObject({ status: 200 })
  expect(control.changes).toEqual([['ss1', change]])
})

test.for([
  ['POST', '/change', '{"server":', 400, /^not JSON: /],
  ['POST', '/change', '', 400, /^not JSON: /],
  ['POST', '/change', '{}', 400, /expected string.*→ at server/s],
  ['POST', '/change', JSON.stringify({ server: 'ss1', change: { kind: 'launch' } }), 400, /→ at change\.kind/],
  ['POST', '/change', JSON.stringify({ server: 'ss1', change: { ...change, more: 1 } }), 400, /"more"/],
  ['POST', '/change', JSON.stringify({ server: 'refused', change }), 409, /^a reason$/],
  ['PUT', '/behaviour', '{"misbehaviours":[1]}', 400, /→ at misbehaviours\[0\]/],
  ['PUT', '/script', '{"messageId":"1","scripts":[]}', 409, /`serves: scripted`/],
  ['GET', '/calls', undefined, 409, /`serves: scripted`/],
  ['GET', '/certificates?server=refused', undefined, 409, /^a reason$/],
  ['POST', '/certificate-requests', '{"server":"refused","member":"FI/GOV/1"}', 409, /^a reason$/],
  ['GET', '/', undefined, 404, /^no GET \/ here$/],
  ['DELETE', '/change', undefined, 404, /^no DELETE \/change here$/],
] as const)('%s %s with %j is answered with %i', async ([method, path, body, status, error]) => {
  await using control = await start()
  const answer = await control.send(method, path, body)
  expect(answer.status).toBe(status)
  expect((answer.body as { error: string }).error).toMatch(error)
  expect(control.changes).toEqual([])
})

test('says that a request is too large, and serves the next one', async () => {
  await using control = await start()
  const body = JSON.stringify({ server: 'x'.repeat(3 * 1024 * 1024), change })
  expect(await control.send('POST', '/change', body)).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining('at most') },
  })
  expect(await control.send('GET', '/ready')).toMatchObject({ status: 200 })
})

test('survives a target that is no URL', async () => {
  await using control = await start()
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(control.url).port), '127.0.0.1')
    let text = ''
    socket.on('data', (data) => (text += data))
    socket.on('close', () => resolve(text))
    socket.end(
      `GET http://[ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer ${control.token}\r\n\r\n`,
    )
  })
  expect(answer).toMatch(/^HTTP\/1.1 4/)
  expect(await control.send('GET', '/ready')).toMatchObject({ status: 200 })
})

test('a defect of a route is told with its stack, and answered in words that tell nothing', async () => {
  await using control = await start()
  for (const [path, error] of [
    ['/defect', /^TypeError: secret\n.*control-server\.test/],
    ['/no-json', /^TypeError: .*BigInt/],
  ] as const) {
    expect(await control.send('POST', path)).toEqual({
      status: 500,
      body: { error: 'a defect of the mock; see its log' },
    })
    expect(control.defects.pop()?.stack).toMatch(error)
  }
  expect(await control.send('GET', '/ready')).toMatchObject({ status: 200 })
})

test('a caller that leaves in the middle of a body is no defect', async () => {
  await using control = await start()
  const left = connect(Number(new URL(control.url).port), '127.0.0.1')
  const head = `POST /left HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${control.token}\r\nContent-Length: 9\r\n\r\n{`
  await new Promise<void>((resolve) => left.write(head, () => resolve()))
  const body = await control.left
  left.resetAndDestroy()
  await expect(body.ended).rejects.toThrow('aborted')
  expect(await control.send('GET', '/ready')).toMatchObject({ status: 200 })
  expect(control.defects).toEqual([])
})

async function start(options: ControlOptions = {}) {
  const changes: [string, ConfigurationChange][] = []
  const defects: Error[] = []
  const left = Promise.withResolvers<{ readonly ended: Promise<unknown> }>()
  const [log, connections] = [exchangeLog(), connectionLog()]
  const refuse = (server: string) => {
    if (server === 'refused') throw new UsageError('a reason')
  }
  const routes = {
    ...environmentRoutes({ describe: () => ({ profile: '7.8' }) }),
    ...anchorRoutes({
      download: async () => ({ accepted: false, valid: false, codes: [] }),
      restore: async () => undefined,
    }),
    ...centralRoutes({
      revoke: async () => undefined,
      federations: { all: () => [], upload: async () => {}, delete: async () => {} },
      office: {
        requests: () => [],
        setApproval: () => {},
        approve: async () => {},
        decline: () => {},
        addMember: async () => {},
      },
    }),
    ...systemRoutes(undefined),
    'POST /defect': () => {
      throw new TypeError('secret')
    },
    'POST /no-json': () => 1n,
    'POST /left': ({ body }: ControlRequest) => {
      const ended = body()
      left.resolve({ ended })
      return ended
    },
    ...serverRoutes({
      exchanges: log,
      connections,
      conductPeer: () => {},
      misbehave: () => {},
      async change(server, change) {
        refuse(server)
        changes.push([server, change])
      },
      requestSigningCertificate: async (server) => {
        refuse(server)
        return 'a request'
      },
      listedCertificates(server) {
        refuse(server)
        return []
      },
      internalCertificate: () => '',
    }),
  }
  const { url, token, stop } = await startControlServer(routes, (error) => defects.push(error), options)
  return {
    url,
    token,
    changes,
    defects,
    left: left.promise,
    log,
    connections,
    async send(method: string, path: string, body?: unknown) {
      const text = typeof body === 'object' ? JSON.stringify(body) : (body as string | undefined)
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${url}${path}`, { method, headers, ...(text !== undefined && { body: text }) })
      return { status: answer.status, body: await answer.json() }
    },
    [Symbol.asyncDispose]: stop,
  }
}
