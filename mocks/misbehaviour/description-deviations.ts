import { bodyOf } from '../message/body.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in how a security server answers requests for the descriptions of services. */
export const descriptionDeviations: Deviations = {
  'describe-another-service': (faithful) => ({
    describedService: (question, code, version) =>
      faithful.describedService(question, code, version) ??
      question.provider.services.find((service) => service.description.type !== 'REST'),
  }),
  'describe-to-the-entitled': (faithful) => ({
    describedService(question, code, version) {
      const allowed = [
        ...faithful.soapMethods(question, 'allowed'),
        ...faithful.restMethods(question, 'allowed').map(({ service }) => service),
      ]
      const service = faithful.describedService(question, code, version)
      return allowed.some(({ id }) => id.serviceCode === service?.id.serviceCode) ? service : undefined
    },
  }),
  'describe-any-kind-of-service': () => ({ hasDescription: () => true }),
  'describe-errors': () => ({ isDescription: () => true }),
  'reveal-wsdl-addresses': () => ({ wsdlDocument: (document) => document.toString() }),
  'shorten-wsdl': (faithful) => ({
    wsdlDocument: (document) => faithful.wsdlDocument(document).replace(/<((?:[\w.-]+:)?types)\b[^>]*>.*?<\/\1>/s, ''),
  }),
  'reveal-openapi-servers': () => ({ openApiDocument: (text) => text }),
  'leave-openapi-server-paths-out': (faithful) => ({
    openApiDocument: (...description) =>
      faithful.openApiDocument(...description).replace(/(url["']?:\s*["']?)\/[^\s"']*/g, '$1/'),
  }),
  'shorten-openapi': (faithful) => ({
    openApiDocument: (...description) => faithful.openApiDocument(...description).replaceAll('operationId', 'x-id'),
  }),
  'call-openapi-html': () => ({ openApiType: () => 'text/html' }),
  'forget-user-of-metadata': (faithful) => ({
    responseEnvelope: (...request) =>
      faithful.responseEnvelope(...request).replace(/<((?:[\w.-]+:)?userId)\b[^>]*>[^<]*<\/\1>/, ''),
  }),
  'send-wsdl-inline': wsdlParts((parts) => parts.slice(0, 1)),
  'forget-described-service': wsdlParts(([first, ...others]) => {
    if (first?.body.bytes === undefined) return others
    const text = first.body.bytes.toString().replace(/(<([\w:]*getWsdlResponse)[^>]*>).*?(<\/\2>)/s, '$1$3')
    return [{ ...first, body: bodyOf(Buffer.from(text)) }, ...others]
  }),
}

function wsdlParts(change: ReturnType<Deviation>['wsdlParts'] & {}): Deviation {
  return (faithful) => ({ wsdlParts: (parts) => change(faithful.wsdlParts(parts)) })
}
