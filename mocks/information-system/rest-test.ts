import { type HttpHandler, HttpResponse, http } from 'msw'
import { restTestDescription } from './documents/rest-test-description.ts'
import {
  greeting,
  randomNumber,
  type TestServiceBehaviour,
  type TestServiceOptions,
  withDefaults,
} from './test-service-options.ts'

const longestName = 256

/**
 * The Finnish REST test service as MSW handlers: `random`, `hello` and `api-docs` below a base path. In a test of your own
 * give the whole address: `setupServer(...restTestHandlers('https://provider.example/rest-api'))`.
 */
export function restTestHandlers(basePath: string, options: TestServiceOptions = {}): HttpHandler[] {
  const behaviour = withDefaults(options)
  const { misbehaves } = behaviour
  const operations = {
    [`${basePath}/random`]: () => random(behaviour),
    [`${basePath}/hello`]: ({ request }: { request: Request }) => hello(request, behaviour),
    [`${basePath}/api-docs`]: ({ request }: { request: Request }) =>
      json(restTestDescription(new URL('.', request.url).href.slice(0, -1))),
  }
  const paths = Object.entries(operations)
  return [
    ...paths.map(([path, answer]) => http.get(path, answer)),
    ...paths.map(([path, answer]) => http.head(path, answer)),
    // A handler that returns nothing leaves the request to the next one.
    http.post(`${basePath}/random`, () => (misbehaves('accept-post-random') ? random(behaviour) : undefined)),
    ...paths.map(([path]) =>
      http.all(path, ({ request }) => {
        return refuse(405, `Request method '${request.method}' is not supported`, { Allow: 'GET' })
      }),
    ),
    http.all(`${basePath}/*`, ({ request }) =>
      misbehaves('find-everything')
        ? json({ message: greeting(undefined, behaviour) })
        : refuse(404, `No endpoint ${request.method} ${new URL(request.url).pathname}.`),
    ),
  ]
}

function random(behaviour: TestServiceBehaviour): Response {
  const number = randomNumber(behaviour)
  return json({ data: behaviour.misbehaves('random-as-text') ? String(number) : number })
}

function hello(request: Request, behaviour: TestServiceBehaviour): Response {
  const { misbehaves } = behaviour
  const names = new URL(request.url).searchParams.getAll('name')
  // Several names arrive as one, as in the original, whose framework joins them.
  const name = names.join(',')
  const isBlank = [...name].every((character) => character <= ' ')
  if (isBlank && !(names.length > 0 && misbehaves('greet-empty-name'))) {
    return json({ message: greeting(undefined, behaviour) })
  }
  if (name.length > longestName && !misbehaves('accept-long-names')) {
    return refuse(400, `Name is too long. Max length is ${longestName} characters.`)
  }
  return json({ message: greeting(escapeForJson(name), behaviour) })
}

function refuse(status: number, errorMessage: string, headers: Record<string, string> = {}): Response {
  return json({ errorMessage, httpStatus: status }, status, headers)
}

// HttpResponse.json makes a Blob only to learn the length, which costs more than all the rest.
function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(value)
  const length = String(Buffer.byteLength(text))
  return new HttpResponse(text, {
    status,
    headers: { 'Content-Type': 'application/json', 'Content-Length': length, ...headers },
  })
}

/**
 * The original escapes the name for JSON and then writes the message as JSON, which escapes it once more: a caller sees
 * `<\/script>` in the parsed message.
 */
function escapeForJson(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll('/', '\\/')
}
