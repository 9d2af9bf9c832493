import type { RawHeader } from '../../fixtures/exchange.ts'
import type { RenderedFault } from '../fault/fault.ts'
import type { RestError } from '../fault/render-rest.ts'
import { firstHeader, isHeader } from '../message/raw-headers.ts'
import type { Decisions } from '../security-server/decisions.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in what an error looks like and in what an answer carries. */
export const answerDeviations: Deviations = {
  'omit-error-header': restError((error) => ({ ...error, headers: without(error.headers, 'x-road-error') })),
  'message-in-error-header': (faithful) => ({
    renderRestError(fault, type, quirks) {
      const error = faithful.renderRestError(fault, type, quirks)
      const headers = without(error.headers, 'x-road-error')
      return { ...error, headers: [['X-Road-Error', `${fault.code} ${fault.message}`], ...headers] }
    },
  }),
  'mark-provider-errors': (faithful) => ({
    restAnswerHeaders(headers, status) {
      const kept = faithful.restAnswerHeaders(headers, status)
      return status < 400 ? kept : [['X-Road-Error', 'server.serverproxy.service_failed'], ...kept]
    },
  }),
  'error-as-html': () => ({
    renderSoapFault: (fault) => ({
      status: 500,
      headers: [['Content-Type', 'text/html']],
      body: Buffer.from(`<html><body><h1>${fault.code}</h1></body></html>`),
    }),
  }),
  'error-status-404': restError((error) => ({ ...error, status: 404 })),
  'constant-fault-detail': describedFault((fault) => ({ ...fault, detail: '00000000-0000-4000-8000-000000000000' })),
  'fill-fault-actor': describedFault((fault) => ({ ...fault, actor: 'security-server' })),
  'swap-fault-origin': describedFault((fault) => ({ ...fault, code: swapOrigin(fault.code) })),
  'json-despite-accept': () => ({ negotiateErrorType: () => 'application/json' }),
  'xml-without-accept': (faithful) => ({
    negotiateErrorType(accept) {
      const type = faithful.negotiateErrorType(accept)
      return type === 'application/json' && !accept.join().includes('application/json') ? 'text/xml' : type
    },
  }),
  'xml-despite-accept': () => ({ negotiateErrorType: () => 'text/xml' }),
  'leak-stack-trace': describedFault((fault) => ({
    ...fault,
    message: `${fault.message} at java.base/java.lang.Thread.run(Thread.java:1583)`,
  })),
  'leak-service-address': (faithful) => ({
    describeFault(error, profile, newId, serviceAddress) {
      const fault = faithful.describeFault(error, profile, newId, serviceAddress)
      return serviceAddress === '' ? fault : { ...fault, message: `${fault.message} (${serviceAddress})` }
    },
  }),
  'error-without-message': describedFault((fault) => ({ ...fault, message: '' })),

  'respell-relayed-faults': () => ({
    relayedFault: (fault) => ({ ...fault, code: fault.code.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase() }),
  }),

  'omit-request-hash': () => ({ soapRequestHash: () => undefined, restRequestHash: () => undefined }),
  'wrong-request-hash': (faithful) => ({
    soapRequestHash: () => faithful.soapRequestHash(Buffer.from('another request')),
    restRequestHash: () => Buffer.from('not a digest').toString('base64'),
  }),
  'believe-request-hash': () => ({ isRequestHash: () => true }),
  'believe-missing-request-hash': (faithful) => ({
    isRequestHash: (answered, own) => answered === undefined || faithful.isRequestHash(answered, own),
  }),
  'omit-message-id': (faithful) => ({
    restAnswerHeaders: (headers, status) => without(faithful.restAnswerHeaders(headers, status), 'x-road-id'),
  }),
  'adopt-request-id': (faithful) => ({
    requestId: (made, headers) => firstHeader(headers, 'x-road-request-id') ?? faithful.requestId(made, headers),
  }),
  'name-owner-as-client': (faithful) => ({
    shownClient: (client, global, server) =>
      global.servers.find((one) => one.code === server)?.id.owner ?? faithful.shownClient(client, global, server),
  }),
}

function restError(change: (error: RestError) => RestError): Deviation {
  return (faithful) => ({ renderRestError: (...facts) => change(faithful.renderRestError(...facts)) })
}

function describedFault(change: (fault: RenderedFault) => RenderedFault): Deviation {
  return (faithful) => ({
    describeFault: (...facts: Parameters<Decisions['describeFault']>) => change(faithful.describeFault(...facts)),
  })
}

function swapOrigin(code: string): string {
  const names = ['clientproxy', 'ClientProxy', 'serverproxy', 'ServerProxy']
  const swapped = ['serverproxy', 'ServerProxy', 'clientproxy', 'ClientProxy']
  return code
    .split('.')
    .map((segment) => swapped[names.indexOf(segment)] ?? segment)
    .join('.')
}

function without(headers: readonly RawHeader[], name: string): readonly RawHeader[] {
  return headers.filter((header) => !isHeader(header, name))
}
