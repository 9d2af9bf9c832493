import { getResponse } from 'msw'
import { afterAll, expect, test } from 'vitest'
import { testServiceWsdl } from './documents/test-service-wsdl.ts'
import { restTestHandlers, soapTestHandlers } from './test-service-handlers.ts'
import { restTestPath, soapTestPath, startTestServices } from './test-services.ts'

const options = { randomInteger: () => 7 }
const services = await startTestServices(options)
afterAll(() => services[Symbol.asyncDispose]())
const handlers = [
  ...restTestHandlers(services.httpUrl + restTestPath, options),
  ...soapTestHandlers(services.httpUrl + soapTestPath, { ...options, wsdl: testServiceWsdl }),
]

const connectionHeaders = ['connection', 'date', 'keep-alive', 'transfer-encoding']

async function facts(response: Response) {
  const { status, statusText, headers } = response
  const own = [...headers].filter(([name]) => !connectionHeaders.includes(name))
  return { status, statusText, headers: own, body: await response.text() }
}

const notFound = () =>
  new Response('404\n', { status: 404, statusText: 'Not Found', headers: { 'content-type': 'text/plain' } })

const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd"
  xmlns:id="http://x-road.eu/xsd/identifiers"><s:Header><x:service><id:serviceCode>helloService</id:serviceCode></x:service>
  </s:Header><s:Body><p:helloService xmlns:p="http://test.x-road.global/producer"><p:name>Äiti</p:name></p:helloService>
  </s:Body></s:Envelope>`

const calls: [target: string, status: number, init?: RequestInit][] = [
  ['/rest-api/random', 200],
  ['/rest-api/random/', 200],
  ['/rest-api/%72andom?x=1', 200],
  ['/rest-api/random', 405, { method: 'POST', body: 'foo' }],
  ['/rest-api/random', 405, { method: 'OPTIONS' }],
  ['/rest-api/hello?name=%C3%84iti', 200],
  [`/rest-api/hello?name=${'a'.repeat(257)}`, 400],
  ['/rest-api/api-docs', 200],
  ['/rest-api/', 404],
  ['/rest-api/Random', 404],
  ['/rest-api/random//', 404],
  ['/rest-api/random%2F', 404],
  ['/rest-api/%zz', 404],
  ['/rest-api', 404],
  ['/other/rest-api/random', 404],
  ['//127.0.0.1/rest-api/random', 404],
  ['/test-service/Endpoint', 200, { method: 'POST', body: envelope, headers: { 'Content-Type': 'text/xml' } }],
  ['/test-service/Endpoint', 200, { method: 'POST', body: 'foo' }],
  ['/test-service/Endpoint?wsdl', 200],
  ['/test-service/Endpoint', 200],
  ['/test-service/Endpoint', 404, { method: 'PUT', body: envelope }],
]

test.for(calls)('the server and the MSW handlers answer alike: %s, %d', async ([target, status, init]) => {
  const url = services.httpUrl + target
  const served = await facts(await fetch(url, init))
  expect(served.status).toBe(status)
  const handled = await getResponse(handlers, new Request(url, init))
  expect(served).toEqual(await facts(handled ?? notFound()))
})

test('the answer to HEAD is that to GET without its body', async () => {
  const answers = ['GET', 'HEAD'].map(async (method) =>
    facts(await fetch(`${services.httpUrl}/rest-api/random`, { method })),
  )
  const [get, head] = await Promise.all(answers)
  expect(get?.body).toBe('{"data":7}')
  expect(head).toEqual({ ...get, body: '' })
})

test('the documents are those of the services', async () => {
  const get = async (path: string) => {
    const response = await fetch(services.httpUrl + path)
    return { type: response.headers.get('content-type'), text: await response.text() }
  }
  expect(await get('/docs/test-service.wsdl')).toEqual(await get('/test-service/Endpoint?wsdl'))
  const { type, text } = await get('/docs/rest-test.yaml')
  expect(type).toBe('application/yaml; charset=UTF-8')
  expect(JSON.parse(text)).toEqual(JSON.parse((await get('/rest-api/api-docs')).text))
})
