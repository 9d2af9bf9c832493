import { getResponse, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { beforeEach, expect, test } from 'vitest'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { restTestHandlers } from './test-service-handlers.ts'

const misbehaviours = new Set<Misbehaviour>()
let nextRandom: number | undefined
const origin = 'http://provider.example'
const handlers = restTestHandlers(`${origin}/rest-api`, {
  misbehaves: (name) => misbehaviours.has(name),
  randomInteger: () => nextRandom ?? 7,
})
beforeEach(() => {
  misbehaviours.clear()
  nextRandom = undefined
})

async function call(target: string, init: RequestInit = {}) {
  const request = new Request(`${origin}/rest-api${target}`, init)
  const response = (await getResponse(handlers, request)) ?? expect.unreachable()
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text(), response }
}

async function json(target: string, init: RequestInit = {}) {
  const { status, type, text } = await call(target, init)
  expect(type).toBe('application/json')
  return { status, body: JSON.parse(text) }
}

const greetings: [query: string, message: string][] = [
  ['', 'Hello! Greetings from adapter server!'],
  ['?name=', 'Hello! Greetings from adapter server!'],
  ['?name=%20%09', 'Hello! Greetings from adapter server!'],
  ['?name=Gandalf', 'Hello Gandalf! Greetings from adapter server!'],
  ['?name=X%20%C3%86%20A-12', 'Hello X Æ A-12! Greetings from adapter server!'],
  ['?name=a+b&other=c', 'Hello a b! Greetings from adapter server!'],
  ["?name=<script>alert('x');</script>", "Hello <script>alert('x');<\\/script>! Greetings from adapter server!"],
  ['?name=%22%5C%0A%01', 'Hello \\"\\\\\\n\\u0001! Greetings from adapter server!'],
  [`?name=${'a'.repeat(256)}`, `Hello ${'a'.repeat(256)}! Greetings from adapter server!`],
]

test.for(greetings)('hello%s', async ([query, message]) => {
  expect(await json(`/hello${query}`)).toEqual({ status: 200, body: { message } })
})

test('random gives the integers from 0 to 100, both included, whatever the query is', async () => {
  for (const number of [0, 100]) {
    nextRandom = number
    expect((await call('/random?unknown=1')).text).toBe(`{"data":${number}}`)
  }
})

test('without a source of its own the numbers are from 0 to 100 and differ', async () => {
  const own = restTestHandlers(origin)
  const numbers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = (await getResponse(own, new Request(`${origin}/random`))) ?? expect.unreachable()
      return ((await response.json()) as { data: number }).data
    }),
  )
  expect(numbers.filter((number) => !Number.isInteger(number) || number < 0 || number > 100)).toEqual([])
  expect(new Set(numbers).size).toBeGreaterThan(20)
})

const refusals: [method: string, target: string, status: number, message: string][] = [
  ['GET', `/hello?name=${'a'.repeat(257)}`, 400, 'Name is too long. Max length is 256 characters.'],
  ['GET', '/not-here?x=1', 404, 'No endpoint GET /rest-api/not-here.'],
  ['DELETE', '/hello/there', 404, 'No endpoint DELETE /rest-api/hello/there.'],
  ['POST', '/random', 405, "Request method 'POST' is not supported"],
  ['PUT', '/hello?name=Ada', 405, "Request method 'PUT' is not supported"],
]

test.for(refusals)('%s %s is refused with %d', async ([method, target, status, errorMessage]) => {
  const body = method === 'GET' ? null : 'foo'
  expect(await json(target, { method, body })).toEqual({ status, body: { errorMessage, httpStatus: status } })
})

test('a refused method is answered with the allowed one', async () => {
  expect((await call('/random', { method: 'POST' })).response.headers.get('allow')).toBe('GET')
  expect(await call('/random', { method: 'HEAD' })).toMatchObject({ status: 200, type: 'application/json' })
})

test('what is outside the base path is left to other handlers', async () => {
  for (const path of ['/random', '/other/rest-api/random', '//127.0.0.1/rest-api/random', '/']) {
    expect(await getResponse(handlers, new Request(origin + path))).toBeUndefined()
  }
})

test('the description says what is served', async () => {
  const { body } = await json('/api-docs')
  expect(body.openapi).toMatch(/^3\./)
  expect(body.servers).toEqual([{ url: `${origin}/rest-api` }])
  for (const [path, methods] of Object.entries<object>(body.paths)) {
    for (const method of Object.keys(methods)) {
      const { text } = await call(path, { method })
      const { required } = body.components.schemas[path === '/random' ? 'RandomNumber' : 'Greeting']
      expect(Object.keys(JSON.parse(text))).toEqual(required)
    }
  }
})

const deviations: [name: Misbehaviour, target: string, init: RequestInit, status: number, body: object][] = [
  ['random-above-hundred', '/random', {}, 200, { data: 108 }],
  ['random-constant', '/random', {}, 200, { data: 42 }],
  ['random-as-text', '/random', {}, 200, { data: '7' }],
  ['greet-nobody', '/hello?name=Ada', {}, 200, { message: 'Hello! Greetings from adapter server!' }],
  [
    'greet-in-latin1',
    '/hello?name=%C3%84iti',
    {},
    200,
    { message: 'Hello Ã\u0084iti! Greetings from adapter server!' },
  ],
  ['greet-empty-name', '/hello?name=', {}, 200, { message: 'Hello ! Greetings from adapter server!' }],
  [
    'accept-long-names',
    `/hello?name=${'a'.repeat(300)}`,
    {},
    200,
    { message: `Hello ${'a'.repeat(300)}! Greetings from adapter server!` },
  ],
  ['accept-post-random', '/random', { method: 'POST', body: 'foo' }, 200, { data: 7 }],
  ['find-everything', '/not-here', {}, 200, { message: 'Hello! Greetings from adapter server!' }],
]

test.for(deviations)('deviation %s', async ([name, target, init, status, body]) => {
  const before = await json(target, init)
  misbehaviours.add(name)
  const after = await json(target, init)
  expect(after).toEqual({ status, body })
  expect(before).not.toEqual(after)
})

test('each deviation leaves all other answers as they are', async () => {
  const targets = [
    '/random',
    '/hello',
    '/hello?name=Ada',
    '/hello?name=',
    '/not-here',
    `/hello?name=${'a'.repeat(257)}`,
  ]
  const seen = async () => Promise.all(targets.map(async (target) => (await call(target)).text))
  const usual = await seen()
  const changed = new Map<string, number[]>()
  for (const [name] of deviations) {
    misbehaviours.clear()
    misbehaviours.add(name)
    const now = await seen()
    changed.set(
      name,
      now.flatMap((text, index) => (text === usual[index] ? [] : [index])),
    )
  }
  expect(Object.fromEntries(changed)).toEqual({
    'random-above-hundred': [0],
    'random-constant': [0],
    'random-as-text': [0],
    'greet-nobody': [2],
    'greet-in-latin1': [],
    'greet-empty-name': [3],
    'accept-long-names': [5],
    'accept-post-random': [],
    'find-everything': [4],
  })
})

test("a vendor's own test uses the same handlers, without any socket", async () => {
  const network = setupServer(...restTestHandlers('https://provider.example/rest-api', { randomInteger: () => 99 }))
  network.use(http.get('https://provider.example/own', () => HttpResponse.text('own')))
  network.listen({ onUnhandledFrame: 'error' })
  try {
    const random = await fetch('https://provider.example/rest-api/random')
    expect(await random.json()).toEqual({ data: 99 })
    const unknown = await fetch('https://provider.example/rest-api/not-here')
    expect(await unknown.json()).toEqual({ errorMessage: 'No endpoint GET /rest-api/not-here.', httpStatus: 404 })
    expect(await (await fetch('https://provider.example/own')).text()).toBe('own')
  } finally {
    network.close()
  }
})
