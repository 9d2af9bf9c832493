import { restTestDescription } from './documents/rest-test-description.ts'
import { answerWith, type ServiceAnswer, type ServiceCall } from './test-service.ts'
import { greeting, randomNumber, type TestServiceBehaviour } from './test-service-options.ts'

/** The paths below the address of the service at which something is. */
export const restTestOperations = ['random', 'hello', 'api-docs'] as const

export type RestTestOperation = (typeof restTestOperations)[number]

const longestName = 256

/** The Finnish REST test service: answers a call of an operation, or of a path at which there is none. */
export function answerRestTest(
  operation: RestTestOperation | undefined,
  call: ServiceCall,
  behaviour: TestServiceBehaviour,
): ServiceAnswer {
  const { method, url } = call
  const { misbehaves } = behaviour
  if (operation === undefined) {
    return misbehaves('find-everything')
      ? json({ message: greeting(undefined, behaviour) })
      : refuse(404, `No endpoint ${method} ${url.pathname}.`)
  }
  const postsRandom = method === 'POST' && operation === 'random' && misbehaves('accept-post-random')
  if (method !== 'GET' && method !== 'HEAD' && !postsRandom) {
    return refuse(405, `Request method '${method}' is not supported`, { allow: 'GET' })
  }
  switch (operation) {
    case 'random':
      return random(behaviour)
    case 'hello':
      return hello(url.searchParams.getAll('name'), behaviour)
    case 'api-docs':
      return json(restTestDescription(new URL('.', url).href.slice(0, -1)))
  }
}

function random(behaviour: TestServiceBehaviour): ServiceAnswer {
  const number = randomNumber(behaviour)
  return json({ data: behaviour.misbehaves('random-as-text') ? String(number) : number })
}

function hello(names: readonly string[], behaviour: TestServiceBehaviour): ServiceAnswer {
  const { misbehaves } = behaviour
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

function refuse(status: number, errorMessage: string, headers: Record<string, string> = {}): ServiceAnswer {
  return json({ errorMessage, httpStatus: status }, status, headers)
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}): ServiceAnswer {
  return answerWith(JSON.stringify(value), 'application/json', status, headers)
}

/**
 * The original escapes the name for JSON and then writes the message as JSON, which escapes it once more: a caller sees
 * `<\/script>` in the parsed message.
 */
function escapeForJson(name: string): string {
  return JSON.stringify(name).slice(1, -1).replaceAll('/', '\\/')
}
