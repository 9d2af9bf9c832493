import { HttpResponse, http, type RequestHandler } from 'msw'
import { restTestDescription } from './documents/rest-test-description.ts'
import { testServiceWsdl } from './documents/test-service-wsdl.ts'
import {
  type InformationSystemOptions,
  type RunningInformationSystem,
  startInformationSystem,
} from './information-system.ts'
import { restTestHandlers } from './rest-test.ts'
import { soapTestHandlers } from './soap-test.ts'
import type { TestServiceOptions } from './test-service-options.ts'

export const restTestPath = '/rest-api'
export const soapTestPath = '/test-service/Endpoint'
export const wsdlPath = '/docs/test-service.wsdl'
export const openApiPath = '/docs/rest-test.yaml'

export type TestServicesOptions = TestServiceOptions &
  Pick<InformationSystemOptions, 'credential' | 'host' | 'ports'> & { readonly name?: string }

/** Starts the Finnish test services, SOAP and REST, with the documents that describe them. */
export function startTestServices(options: TestServicesOptions = {}): Promise<RunningInformationSystem> {
  return startInformationSystem({ name: 'test-services', ...options, handlers: testServiceHandlers(options) })
}

function testServiceHandlers(options: TestServiceOptions): RequestHandler[] {
  return [
    ...restTestHandlers(restTestPath, options),
    ...soapTestHandlers(soapTestPath, { ...options, wsdl: testServiceWsdl }),
    http.get(wsdlPath, ({ request }) => {
      const wsdl = testServiceWsdl(new URL(soapTestPath, request.url).href)
      return new HttpResponse(wsdl, { headers: { 'Content-Type': 'text/xml; charset=UTF-8' } })
    }),
    http.get(openApiPath, ({ request }) => {
      // Every JSON text is a YAML document.
      const description = restTestDescription(new URL(restTestPath, request.url).href)
      return new HttpResponse(`${JSON.stringify(description, undefined, 2)}\n`, {
        headers: { 'Content-Type': 'application/yaml; charset=UTF-8' },
      })
    }),
  ]
}
