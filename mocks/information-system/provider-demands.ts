import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { answerWith, type ServiceAnswer, type ServiceCall } from './test-service.ts'
import type { Misbehaves } from './test-service-options.ts'

/** The refusal of a call that does not meet a demand that is switched on; undefined if there is none. */
export function unmetDemand(call: ServiceCall, misbehaves: Misbehaves): ServiceAnswer | undefined {
  const unmet = Object.entries(demands).find(([name, refuse]) => {
    const refuses = () => refuse(call) !== undefined
    return misbehaves(name as Misbehaviour, refuses) && refuses()
  })
  return unmet?.[1](call)
}

/** What providers could demand of security servers, who do not meet it. */
const demands: Partial<Record<Misbehaviour, (call: ServiceCall) => ServiceAnswer | undefined>> = {
  'provider-wants-user-agent': ({ header }) => (header('user-agent') === undefined ? refusal(403) : undefined),
  'provider-wants-soap-action': ({ method, contentType, header }) => {
    const isMessage = method === 'POST' && contentType.startsWith('text/xml')
    return isMessage && header('soapaction') === undefined ? refusal(500) : undefined
  },
  'provider-wants-length': ({ body, header }) => {
    return header('content-length') === undefined && body.length > 64 * 1024 ? refusal(411) : undefined
  },
  'provider-redirects-slashes': ({ method, url }) => {
    const { pathname } = url
    if (method !== 'GET' || !pathname.endsWith('/')) return undefined
    return refusal(302, { location: pathname.slice(0, -1) })
  },
  'provider-refuses-escapes': ({ url }) => (/%2f/i.test(url.pathname) ? refusal(400) : undefined),
  'provider-guards-wsdl': ({ method, url, header }) => {
    const isAsked = method === 'GET' && url.searchParams.has('wsdl')
    return isAsked && header('authorization') === undefined ? refusal(401) : undefined
  },
}

function refusal(status: number, headers: ServiceAnswer['headers'] = {}): ServiceAnswer {
  return answerWith(`${status}\n`, 'text/plain', status, headers)
}
