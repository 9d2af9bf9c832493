import type { Endpoint } from '../../fixtures/topology.ts'
import type { AccessQuestion } from '../security-server/authorise.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in comparing a request with the endpoints that a client has a right to. */
export const endpointDeviations: Deviations = {
  'judge-raw-paths': () => ({ judgedPath: (servicePath) => () => servicePath }),
  'star-crosses-segments': endpointsRead(({ method, path }) => ({ method, path: path.replace(/\*+/g, '**') })),
  'stars-stay-in-segment': endpointsRead(({ method, path }) => ({ method, path: path.replace(/\*+/g, '*') })),
  'endpoints-cover-what-is-below': endpointsRead(
    (endpoint) => endpoint,
    ({ method, path }) => ({ method, path: `${path}/**` }),
  ),
  'ignore-methods-of-endpoints': endpointsRead(({ path }) => ({ method: '*', path })),
  'only-first-endpoint': (faithful) => ({
    authorise: (question) => faithful.authorise(withEndpoints(question, (endpoints) => endpoints.slice(0, 1))),
  }),
  'ignore-case-of-paths': (faithful) => ({
    authorise: (question) =>
      faithful.authorise({
        ...withEndpoints(question, (endpoints) => endpoints.map(lowerPath)),
        request: question.request && { ...question.request, path: question.request.path?.toLowerCase() },
      }),
  }),
  'endpoints-with-query': (faithful) => ({
    parseRestRequest(...request) {
      const parsed = faithful.parseRestRequest(...request)
      return {
        ...parsed,
        servicePath: parsed.servicePath + (parsed.query === undefined ? '' : `?${parsed.query}`),
        query: undefined,
      }
    },
    judgedPath: (servicePath) => () => servicePath,
  }),
}

function lowerPath({ method, path }: Endpoint): Endpoint {
  return { method, path: path.toLowerCase() }
}

/** Each endpoint of a right is read as one or several others. */
function endpointsRead(...readings: readonly ((endpoint: Endpoint) => Endpoint)[]): Deviation {
  return (faithful) => ({
    authorise: (question) =>
      faithful.authorise(
        withEndpoints(question, (endpoints) => endpoints.flatMap((one) => readings.map((read) => read(one)))),
      ),
  })
}

function withEndpoints(
  question: AccessQuestion,
  change: (endpoints: readonly Endpoint[]) => readonly Endpoint[],
): AccessQuestion {
  const services = question.provider.services.map((service) => ({
    ...service,
    rights: service.rights.map((right) => ({ ...right, endpoints: right.endpoints && change(right.endpoints) })),
  }))
  return { ...question, provider: { ...question.provider, services } }
}
