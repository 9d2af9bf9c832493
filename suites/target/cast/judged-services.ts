import { type ClientId, clientIdOf, formatPath } from '../../../fixtures/identifiers.ts'
import { mayCall, type PlacedService } from './access.ts'
import { findDescribed } from './descriptions.ts'
import { isGetRandom, isRestTest, type Scene } from './scene.ts'

/** A service whose information system is called without a security server in between, and a question that it answers. */
export interface JudgedService extends PlacedService {
  /** Who calls: a client with a right to the service, if there is one. */
  readonly client: ClientId
  /** XML of a SOAP body, or what a REST request has behind the address; the wrapper alone answers a test service. */
  readonly question: string | undefined
}

/** The services that are judged: those that the bindings name, or else test services. */
export const judgedKinds = {
  soap: {
    what: 'SOAP service',
    fits: ({ description }) => description.type === 'WSDL',
    testService: ({ services }) => services.find((one) => isGetRandom(one) && isTestService(one)),
  },
  rest: {
    what: 'REST service',
    fits: ({ description }) => description.type !== 'WSDL',
    testService: ({ services }) => services.find((one) => isRestTest(one) && isTestService(one)),
  },
  openapi: {
    what: 'service with an OpenAPI description',
    fits: ({ description }) => description.type === 'OPENAPI',
    testService: (scene) => findDescribed('openapi', scene),
  },
  secure: {
    what: 'service that is called over HTTPS',
    fits: (one, scene) => isSecure(one, scene),
    testService: (scene) => scene.services.find((one) => isTestService(one) && isSecure(one, scene)),
  },
} as const satisfies Record<string, JudgedKind>

export type JudgedKindName = keyof typeof judgedKinds

interface JudgedKind {
  /** Completes "no". */
  readonly what: string
  readonly fits: (one: PlacedService, scene: Scene) => boolean
  readonly testService: (scene: Scene) => PlacedService | undefined
}

/** The first service of that kind, with somebody who calls it. */
export function findJudged(kind: JudgedKindName, scene: Scene): JudgedService | undefined {
  const { services: bound } = scene.bindings
  const { fits, testService }: JudgedKind = judgedKinds[kind]
  const named = scene.services.filter(({ id }) => bound[formatPath(id)] !== undefined)
  const service = Object.keys(bound).length > 0 ? named.find((one) => fits(one, scene)) : testService(scene)
  if (service === undefined) return undefined
  const question = bound[formatPath(service.id)]?.question ?? (isRestTest(service) ? '/random' : undefined)
  return { ...service, client: callerOf(service, scene), question }
}

function callerOf(service: PlacedService, { topology, caller }: Scene): ClientId {
  const clients = topology.servers.flatMap((server) => server.clients)
  const candidates = caller === undefined ? clients : [caller, ...clients]
  const allowed = candidates.find(({ id }) => mayCall(topology, id, service))
  return clientIdOf((allowed ?? service.provider).id)
}

function isTestService(one: PlacedService): boolean {
  return (isGetRandom(one) || isRestTest(one)) && !one.description.disabled
}

function isSecure({ id, service }: PlacedService, { bindings }: Scene): boolean {
  return /^(https:|\$\{[^}]*\.https\})/.test(bindings.services[formatPath(id)]?.url ?? service.url)
}
