import { type HttpHandler, HttpResponse, http } from 'msw'
import { answerRestTest, restTestOperations } from './rest-test.ts'
import { answerSoapTest } from './soap-test.ts'
import type { TestService } from './test-service.ts'
import { type TestServiceOptions, withDefaults } from './test-service-options.ts'

export interface SoapTestOptions extends TestServiceOptions {
  /** The WSDL document for `?wsdl`, given the address of the service. */
  readonly wsdl?: (address: string) => string
}

/**
 * The Finnish REST test service as MSW handlers: `random`, `hello` and `api-docs` below a base path. In a test of your own
 * give the whole address: `setupServer(...restTestHandlers('https://provider.example/rest-api'))`.
 */
export function restTestHandlers(basePath: string, options: TestServiceOptions = {}): HttpHandler[] {
  const behaviour = withDefaults(options)
  return [
    ...restTestOperations.map((operation) =>
      handle(`${basePath}/${operation}`, (call) => answerRestTest(operation, call, behaviour)),
    ),
    handle(`${basePath}/*`, (call) => answerRestTest(undefined, call, behaviour)),
  ]
}

/**
 * The SOAP test services (`getRandom`, `helloService`, `testService` and those of the NIIS example adapter) as an MSW
 * handler. Namespace and wrapper of a request decide in which dialect it is answered; every error has status 200.
 */
export function soapTestHandlers(path: string, options: SoapTestOptions = {}): HttpHandler[] {
  const behaviour = withDefaults(options)
  return [handle(path, (call) => answerSoapTest(call, behaviour, options.wsdl))]
}

function handle(path: string, service: TestService): HttpHandler {
  return http.all(path, async ({ request }) => {
    const { method, url, headers } = request
    const body = Buffer.from(await request.arrayBuffer())
    const header = (name: string) => headers.get(name) ?? undefined
    const answer = service({ method, url: new URL(url), contentType: header('content-type') ?? '', header, body })
    // A handler that returns nothing leaves the request to the next one.
    return answer && new HttpResponse(answer.body, { status: answer.status, headers: answer.headers })
  })
}
