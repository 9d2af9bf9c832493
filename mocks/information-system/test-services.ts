import { restTestDescription } from './documents/rest-test-description.ts'
import { testServiceWsdl } from './documents/test-service-wsdl.ts'
import {
  type InformationSystemOptions,
  type RunningInformationSystem,
  startInformationSystem,
} from './information-system.ts'
import { misbehaving } from './provider-misbehaviour.ts'
import { answerRestTest, restTestOperations } from './rest-test.ts'
import { answerSoapTest } from './soap-test.ts'
import type { ServiceAnswer, TestService } from './test-service.ts'
import { type TestServiceOptions, withDefaults } from './test-service-options.ts'

export const restTestPath = '/rest-api'
export const soapTestPath = '/test-service/Endpoint'
const wsdlPath = '/docs/test-service.wsdl'
const openApiPath = '/docs/rest-test.yaml'

export type TestServicesOptions = TestServiceOptions &
  Pick<InformationSystemOptions, 'credential' | 'host' | 'ports'> & { readonly name?: string }

/** Starts the Finnish test services, SOAP and REST, with the documents that describe them. */
export function startTestServices(options: TestServicesOptions = {}): Promise<RunningInformationSystem> {
  const { misbehaves } = withDefaults(options)
  const tls = {
    ...(misbehaves('provider-speaks-only-tls13') && { minVersion: 'TLSv1.3' as const }),
    ...(misbehaves('provider-asks-no-certificate') && { requestCert: false }),
  }
  return startInformationSystem({ name: 'test-services', ...options, tls, service: testServices(options) })
}

/** Paths are compared as MSW does: decoded, and with or without a slash at the end. */
function testServices(options: TestServiceOptions): TestService {
  const behaviour = withDefaults(options)
  const services = new Map<string, TestService>([
    [soapTestPath, (call) => answerSoapTest(call, behaviour, testServiceWsdl)],
    [wsdlPath, ({ method, url }) => (method === 'GET' ? wsdl(url) : undefined)],
    [openApiPath, ({ method, url }) => (method === 'GET' ? openApi(url) : undefined)],
  ])
  for (const operation of restTestOperations) {
    services.set(`${restTestPath}/${operation}`, (call) => answerRestTest(operation, call, behaviour))
  }
  return misbehaving((call) => {
    const { pathname } = call.url
    const path = decode(pathname)
    const service = services.get(pathname.endsWith('/') ? path.slice(0, -1) : path)
    if (service !== undefined) return service(call)
    return path.startsWith(`${restTestPath}/`) ? answerRestTest(undefined, call, behaviour) : undefined
  }, behaviour.misbehaves)
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function wsdl(url: URL): ServiceAnswer {
  const body = testServiceWsdl(new URL(soapTestPath, url).href)
  return { status: 200, headers: { 'content-type': 'text/xml; charset=UTF-8' }, body }
}

function openApi(url: URL): ServiceAnswer {
  // Every JSON text is a YAML document.
  const body = `${JSON.stringify(restTestDescription(new URL(restTestPath, url).href), undefined, 2)}\n`
  return { status: 200, headers: { 'content-type': 'application/yaml; charset=UTF-8' }, body }
}
