import { createHash } from 'node:crypto'
import type { RawHeader } from '../../fixtures/exchange.ts'
import { fault } from '../fault/fault.ts'
import type { HttpAnswer } from '../http/http-call.ts'
import { bodyOf, emptyBody } from '../message/body.ts'
import { firstHeader, isHeader } from '../message/raw-headers.ts'
import type { ProviderRequest } from '../security-server/call-provider.ts'
import type { Deviation, Deviations } from './deviation.ts'
import { bodyLimit, merge } from './rest-request-deviations.ts'

/** Answers that a caching server has seen before, by message. */
const cache = new Map<string, HttpAnswer>()

/** Misbehaviours in what of a provider's REST answer reaches the caller. */
export const restAnswerDeviations: Deviations = {
  'pass-on-provider-identity': passesBack(['x-road-client', 'x-road-id', 'x-road-request-id', 'x-road-request-hash']),
  'return-connection-headers': passesBack(['keep-alive', 'proxy-authenticate', 'trailer', 'upgrade']),
  'return-server-name': passesBack(['server']),
  'omit-service': answered((headers) => headers.filter((header) => !isHeader(header, 'x-road-service'))),
  'provider-names-service': answered((headers) => {
    const first = headers.find((header) => isHeader(header, 'x-road-service'))
    return [...headers.filter((header) => header !== first), ...(first === undefined ? [] : [first])]
  }),
  'only-known-answer-headers': answered((headers) => headers.filter(([name]) => knownHeaders.test(name))),
  'merge-repeated-answer-headers': answered(merge),
  'tidy-answer-media-types': answered((headers) =>
    headers.map(([name, value]) => [name, name.toLowerCase() === 'content-type' ? tidy(value) : value]),
  ),
  'add-cors-headers': answered((headers) => [...headers, ['Access-Control-Allow-Origin', '*']]),
  'repeat-date': (faithful) => ({
    placeDate: (headers) => [...faithful.placeDate(headers), ['Date', 'Thu, 01 Jan 1970 00:00:00 GMT']],
  }),
  'hash-without-headers': (faithful) => ({
    restRequestHash(message, body) {
      const line = message.toString('latin1').split('\r\n').slice(0, 2).join('\r\n')
      return faithful.restRequestHash(Buffer.from(`${line}\r\n`, 'latin1'), body)
    },
  }),
  'hash-without-body': (faithful) => ({ restRequestHash: (message) => faithful.restRequestHash(message, emptyBody) }),
  'hash-in-one-go': () => ({
    restRequestHash: (message, body) =>
      createHash('sha512')
        .update(message)
        .update(body.bytes ?? '')
        .digest('base64'),
  }),
  'round-statuses': returned((answer) => withStatus(answer, Math.floor(answer.head.status / 100) * 100)),
  'limit-answer-bodies': returned((answer) => {
    if (answer.body.length > bodyLimit) throw fault('providerIo', { text: 'Maximum size exceeded' })
    return answer
  }),
  'damage-answer-bodies': returned((answer, { method }) => {
    const { bytes } = answer.body
    if (bytes === undefined || method === 'HEAD' || /^(204|304)$/.test(String(answer.head.status))) return answer
    return { ...answer, body: bodyOf(Buffer.concat([bytes, Buffer.from('\n')])) }
  }),
  'follow-redirects': (faithful) => ({
    async callRestProvider(caller, request) {
      const answer = await faithful.callRestProvider(caller, request)
      const location = firstHeader(answer.head.headers, 'location')
      if (location === undefined || answer.head.status < 300 || answer.head.status > 399) return answer
      return faithful.callRestProvider(caller, { ...request, url: new URL(location, request.url).href })
    },
  }),
  'cache-answers': (faithful) => ({
    async callRestProvider(caller, request) {
      const id = firstHeader(request.headers, 'x-road-id') ?? ''
      const key = `${id} ${request.method} ${request.url}`
      const answer = cache.get(key) ?? (await faithful.callRestProvider(caller, request))
      if (request.method === 'GET' && answer.body.bytes !== undefined) cache.set(key, answer)
      return answer
    },
  }),
}

const knownHeaders = /^x-road-|^content-type$|^location$|^date$/i

function tidy(type: string): string {
  const plain = type.replaceAll('"', '')
  return plain.includes('charset') ? plain : `${plain};charset=utf-8`
}

function passesBack(names: readonly string[]): Deviation {
  return (faithful) => ({
    passesAnswer: (name) => faithful.passesAnswer(name) || names.includes(name.toLowerCase()),
  })
}

function answered(change: (headers: readonly RawHeader[]) => readonly RawHeader[]): Deviation {
  return (faithful) => ({
    restAnswerHeaders: (headers, status) => change(faithful.restAnswerHeaders(headers, status)),
  })
}

function returned(change: (answer: HttpAnswer, request: ProviderRequest) => HttpAnswer): Deviation {
  return (faithful) => ({
    callRestProvider: async (caller, request) => change(await faithful.callRestProvider(caller, request), request),
  })
}

function withStatus(answer: HttpAnswer, status: number): HttpAnswer {
  return { ...answer, head: { ...answer.head, status } }
}
