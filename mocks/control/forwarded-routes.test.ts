import { expect, test } from 'vitest'
import { ZodError } from 'zod'
import { UsageError } from '../../fixtures/usage-error.ts'
import { forwardedRoutes } from './forwarded-routes.ts'
import { type RemoteControl, SilentRemote } from './remote-control.ts'

const request = { method: 'GET', target: '/', headers: [], body: { length: 0, base64: '' } }
const call = { url: 'http://p', method: 'GET', headers: [], body: { length: 0, base64: '' } }
const exchange = {
  number: 1,
  connection: 1,
  server: '',
  listener: 'http',
  protocol: 'rest',
  request,
  providerCalls: [],
}

test('an exchange of one server stands with what another has noted of it, under numbers of its own', async () => {
  const consumer = remote({
    '/state?messageId=a': {
      exchanges: [
        { ...exchange, server: 'ss1', requestId: 'x' },
        { ...exchange, number: 2, server: 'ss1', providerCalls: [call, call] },
      ],
      connections: [{ number: 1, server: 'ss1' }],
    },
    '/provided?messageId=a': { provided: [] },
  })
  const provider = remote({
    '/state?messageId=a': { exchanges: [exchange], connections: [{ number: 1, server: 'ss2' }] },
    '/provided?messageId=a': { provided: [{ ...exchange, requestId: 'x', providerCalls: [call] }] },
  })
  const { routes } = forwarded({ ss1: consumer.control, ss2: provider.control, ss3: down })
  expect(await ask(routes, 'GET /state', '?messageId=a')).toEqual({
    exchanges: [
      { ...exchange, server: 'ss1', number: 3, connection: 3, requestId: 'x', providerCalls: [call] },
      { ...exchange, server: 'ss1', number: 6, connection: 3, providerCalls: [call, call] },
      { ...exchange, number: 4, connection: 4 },
    ],
    connections: [
      { number: 3, server: 'ss1' },
      { number: 4, server: 'ss2' },
    ],
  })
})

test('a change is made at its server, and looked at even where that did not answer', async () => {
  const change = { kind: 'set-client-status', client: 'FI/GOV/1', status: 'saved' } as const
  const willing = remote({ '/change': {} })
  const { routes, seen } = forwarded({ ss1: willing.control, ss2: refusing, ss3: down })
  await ask(routes, 'POST /change', '', { server: 'ss1', change })
  expect(willing.asked).toEqual([['POST', '/change', { server: 'ss1', change }]])
  await expect(ask(routes, 'POST /change', '', { server: 'ss2', change })).rejects.toThrow('a reason')
  await expect(ask(routes, 'POST /change', '', { server: 'ss3', change })).rejects.toThrow('does not answer')
  expect(seen.changes).toBe(3)
  await expect(ask(routes, 'POST /change', '', { server: 'ss9', change })).rejects.toThrow('no security server "ss9"')
})

test('what a server signs with is asked for there', async () => {
  const server = remote({ '/certificate-requests': { request: 'PEM' } })
  const { routes } = forwarded({ ss1: server.control })
  const wanted = { server: 'ss1', member: 'FI/GOV/1' }
  expect(await ask(routes, 'POST /certificate-requests', '', wanted)).toEqual({ request: 'PEM' })
})

test('what concerns one server is asked there, and what concerns all everywhere', async () => {
  const one = remote({ '/certificates?server=ss1&client=x': { certificates: [] }, '/behaviour': {}, '/peer': {} })
  const other = remote({ '/behaviour': {}, '/peer': {} })
  const systems = remote({ '/behaviour': {}, '/calls?messageId=a': { calls: [] } })
  const { routes } = forwarded({ ss1: one.control, ss2: other.control }, systems.control)
  expect(await ask(routes, 'GET /certificates', '?server=ss1&client=x')).toEqual({ certificates: [] })
  expect(await ask(routes, 'GET /calls', '?messageId=a')).toEqual({ calls: [] })
  await ask(routes, 'PUT /behaviour', '', { misbehaviours: [] })
  await ask(routes, 'PUT /peer', '', { messageId: 'a', misbehaviours: [] })
  const paths = ({ asked }: ReturnType<typeof remote>) => asked.map(([, path]) => path)
  expect([one, other, systems].map(paths)).toEqual([
    ['/certificates?server=ss1&client=x', '/behaviour', '/peer'],
    ['/behaviour', '/peer'],
    ['/calls?messageId=a', '/behaviour'],
  ])
  expect(() => ask(routes, 'GET /certificates', '?server=ss9')).toThrow(
    'no security server "ss9" runs; write one of ss1, ss2',
  )
})

test('a part that is down is left out, and one that refuses is not', async () => {
  const willing = remote({
    '/behaviour': {},
    '/state': { exchanges: [], connections: [] },
    '/provided': { provided: [] },
  })
  const withDown = forwarded({ ss1: down, ss2: willing.control }).routes
  await ask(withDown, 'PUT /behaviour', '', { misbehaviours: [] })
  expect(willing.asked).toEqual([['PUT', '/behaviour', { misbehaviours: [] }]])
  const withRefusing = forwarded({ ss1: refusing, ss2: willing.control }).routes
  await expect(ask(withRefusing, 'PUT /behaviour', '', { misbehaviours: [] })).rejects.toThrow('a reason')
  await expect(ask(withRefusing, 'GET /state')).rejects.toThrow('a reason')
})

test('a request that is none is refused here', async () => {
  const { routes } = forwarded({ ss1: down }, down)
  for (const name of [
    'PUT /behaviour',
    'PUT /peer',
    'PUT /script',
    'POST /change',
    'POST /certificate-requests',
    'POST /restore',
  ]) {
    await expect(ask(routes, name, '', { wrong: true }), name).rejects.toThrow(ZodError)
  }
})

const down: RemoteControl = { ask: () => Promise.reject(new SilentRemote('it does not answer')) }
const refusing: RemoteControl = { ask: () => Promise.reject(new UsageError('a reason')) }

function forwarded(servers: Record<string, RemoteControl>, systems?: RemoteControl) {
  const seen = { changes: 0 }
  const routes = forwardedRoutes({
    servers: new Map(Object.entries(servers)),
    systems,
    async changed() {
      seen.changes += 1
    },
    misbehave: () => {},
    download: async () => ({ accepted: true, valid: true, codes: [] }),
    restore: async () => {},
  })
  return { routes, seen }
}

function ask(routes: ReturnType<typeof forwardedRoutes>, name: string, query = '', body?: unknown) {
  return routes[name]?.({ query: new URLSearchParams(query), body: async () => body })
}

function remote(answers: Readonly<Record<string, unknown>>) {
  const asked: [string, string, unknown][] = []
  const control: RemoteControl = {
    async ask(method, path, body) {
      asked.push([method, path, body])
      if (!(path in answers)) throw new Error(`nobody said what ${path} answers`)
      return answers[path]
    },
  }
  return { control, asked }
}
