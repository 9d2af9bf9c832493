import { bodyOf } from '../message/body.ts'
import type { ConfiguredService } from '../security-server/server-configuration.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in what a security server says about its instance and about services. */
export const metadataDeviations: Deviations = {
  'list-members-only': (faithful) => ({
    listedClients: (clients) => faithful.listedClients(clients).filter(({ id }) => id.kind === 'member'),
  }),
  'list-clients-twice': (faithful) => ({
    listedClients: (clients) => [...faithful.listedClients(clients), ...clients],
  }),
  'list-clients-for-posts': () => ({ answersLocally: () => true }),
  'list-clients-in-json': () => ({ acceptsJson: () => true }),
  'list-clients-in-xml': () => ({ acceptsJson: () => false }),
  'list-clients-in-camel-case': (faithful) => ({
    writeClientList: (clients, type, quirks) =>
      faithful
        .writeClientList(clients, type, quirks)
        .replace(/(?<=")[a-z]+(?:_[a-z]+)+(?=":)/g, (key) =>
          key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
        ),
  }),
  'list-clients-as-members': (faithful) => ({
    writeClientList: (clients, type, quirks) =>
      faithful.writeClientList(clients, type, quirks).replaceAll('"SUBSYSTEM"', '"MEMBER"'),
  }),
  'list-clients-by-code': (faithful) => ({
    listedClients: (clients) =>
      faithful.listedClients(clients).map((client) => ({ ...client, name: client.id.memberCode })),
  }),
  'name-every-subsystem': (faithful) => ({
    listedClients: (clients) =>
      faithful.listedClients(clients).map((client) => ({ ...client, subsystemName: client.subsystemName ?? 'null' })),
  }),
  'list-own-clients-for-any-instance': () => ({ listsInstance: () => true }),
  'list-no-clients-by-instance': () => ({ listsInstance: (asked) => asked === '' }),

  'list-only-allowed-methods': (faithful) => ({
    soapMethods: (question) => faithful.soapMethods(question, 'allowed'),
    restMethods: (question) => faithful.restMethods(question, 'allowed'),
  }),
  'allow-every-method': (faithful) => ({
    soapMethods: (question) => faithful.soapMethods(question, 'all'),
    restMethods: (question) => faithful.restMethods(question, 'all'),
  }),
  'list-methods-of-either-kind': (faithful) => ({
    soapMethods: (question, methods) => [
      ...faithful.soapMethods(question, methods),
      ...faithful.restMethods(question, methods).map(({ service }) => service),
    ],
    restMethods: (question, methods) => [
      ...faithful.restMethods(question, methods),
      ...faithful.soapMethods(question, methods).map((service) => ({ service, endpoints: [] })),
    ],
  }),
  'list-metadata-services': (faithful) => ({
    soapMethods: (question, methods) => withMetadata(faithful.soapMethods(question, methods), 'getWsdl'),
    restMethods(question, methods) {
      const listed = faithful.restMethods(question, methods)
      const services = withMetadata(
        listed.map(({ service }) => service),
        'getOpenAPI',
      )
      return services.map((service) => listed.find((one) => one.service === service) ?? { service, endpoints: [] })
    },
  }),
  'list-methods-without-version': (faithful) => ({
    soapMethods: (question, methods) =>
      faithful.soapMethods(question, methods).map((service) => {
        const { serviceVersion: _, ...id } = service.id
        return { ...service, id }
      }),
  }),
  'list-every-endpoint': (faithful) => ({
    restMethods: (question, methods) =>
      faithful.restMethods(question, methods).map(({ service }) => ({ service, endpoints: service.endpoints })),
  }),
  'list-endpoints-without-wildcards': (faithful) => ({
    restMethods: (question, methods) =>
      faithful.restMethods(question, methods).map(({ service, endpoints }) => ({
        service,
        endpoints: endpoints.filter(({ path }) => !path.includes('*')),
      })),
  }),
  'list-methods-to-the-entitled': (faithful) => ({
    mayAskForMethods: (question) =>
      faithful.soapMethods(question, 'allowed').length + faithful.restMethods(question, 'allowed').length > 0,
  }),
  'metadata-by-any-method': () => ({ isRestMetadata: () => true }),

  'describe-another-service': (faithful) => ({
    describedService: (provider, code, version) =>
      faithful.describedService(provider, code, version) ??
      provider.services.find((service) => service.description.type !== 'REST'),
  }),
  'describe-any-kind-of-service': () => ({ hasDescription: () => true }),
  'describe-errors': () => ({ isDescription: () => true }),
  'reveal-wsdl-addresses': () => ({ wsdlDocument: (document) => document.toString() }),
  'reveal-openapi-servers': () => ({ openApiDocument: (text) => text }),
  'send-wsdl-inline': wsdlParts((parts) => parts.slice(0, 1)),
  'forget-described-service': wsdlParts(([first, ...others]) => {
    if (first?.body.bytes === undefined) return others
    const text = first.body.bytes.toString().replace(/(<([\w:]*getWsdlResponse)[^>]*>).*?(<\/\2>)/s, '$1$3')
    return [{ ...first, body: bodyOf(Buffer.from(text)) }, ...others]
  }),
}

function withMetadata(services: readonly ConfiguredService[], serviceCode: string): readonly ConfiguredService[] {
  return services.flatMap((service, n) =>
    n > 0 ? [service] : [service, { ...service, id: { kind: 'service', provider: service.id.provider, serviceCode } }],
  )
}

function wsdlParts(change: ReturnType<Deviation>['wsdlParts'] & {}): Deviation {
  return (faithful) => ({ wsdlParts: (parts) => change(faithful.wsdlParts(parts)) })
}
