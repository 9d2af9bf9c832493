import { type ClientId, formatPath, memberOf } from '../../fixtures/identifiers.ts'
import type { MethodQuestion } from '../security-server/metaservices/method-list.ts'
import type { ConfiguredService } from '../security-server/server-configuration.ts'
import type { Deviations } from './deviation.ts'

/** Misbehaviours in the lists that a security server gives: clients of its instance, and methods of providers. */
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
  'list-clients-that-do-not-exist': (faithful) => ({
    listedClients(clients) {
      const listed = faithful.listedClients(clients)
      return [...listed, ...listed.slice(0, 1).map((client) => ({ ...client, id: withoutMember(client.id) }))]
    },
  }),
  'leave-subsystem-names-out': (faithful) => ({
    listedClients: (clients) =>
      faithful.listedClients(clients).map((client) => ({ ...client, subsystemName: undefined })),
  }),
  'list-own-clients-for-any-instance': () => ({ listedInstance: (_, global) => global }),
  'list-no-clients-by-instance': () => ({
    listedInstance: (asked, global) => (asked === '' ? global : undefined),
  }),

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
  'list-methods-of-the-member': (faithful) => ({
    soapMethods: (question, methods) => faithful.soapMethods(question, methods).map(ofMember),
    restMethods: (question, methods) =>
      faithful.restMethods(question, methods).map((method) => ({ ...method, service: ofMember(method.service) })),
  }),
  'remember-allowed-methods'(faithful) {
    const soap = new Map<string, ReturnType<typeof faithful.soapMethods>>()
    const rest = new Map<string, ReturnType<typeof faithful.restMethods>>()
    return {
      soapMethods: (question, methods) =>
        methods === 'all' ? faithful.soapMethods(question, methods) : remembered(soap, question, faithful.soapMethods),
      restMethods: (question, methods) =>
        methods === 'all' ? faithful.restMethods(question, methods) : remembered(rest, question, faithful.restMethods),
    }
  },
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
}

function withMetadata(services: readonly ConfiguredService[], serviceCode: string): readonly ConfiguredService[] {
  return services.flatMap((service, n) =>
    n > 0 ? [service] : [service, { ...service, id: { kind: 'service', provider: service.id.provider, serviceCode } }],
  )
}

function ofMember(service: ConfiguredService): ConfiguredService {
  return { ...service, id: { ...service.id, provider: memberOf(service.id.provider) } }
}

function withoutMember({ instance, memberClass }: ClientId): ClientId {
  return { kind: 'member', instance, memberClass, memberCode: 'no-such-member' }
}

/** What that client was told at first of that provider. */
function remembered<Listed>(
  known: Map<string, Listed>,
  question: MethodQuestion,
  list: (question: MethodQuestion, methods: 'allowed') => Listed,
): Listed {
  const key = `${formatPath(question.client)} ${formatPath(question.provider.id)}`
  const listed = known.get(key) ?? list(question, 'allowed')
  known.set(key, listed)
  return listed
}
