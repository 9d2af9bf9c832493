import { isDeepStrictEqual } from 'node:util'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { unmetDemand } from './provider-demands.ts'
import type { ServiceAnswer, ServiceCall, TestService } from './test-service.ts'
import type { Misbehaves } from './test-service-options.ts'

type Change = (answer: ServiceAnswer, call: ServiceCall, memory: Map<string, string>) => ServiceAnswer

/** A service that makes the mistakes that are switched on, in answers that are right otherwise. */
export function misbehaving(service: TestService, misbehaves: Misbehaves): TestService {
  const memory = new Map<string, string>()
  return (call) => {
    const answer = unmetDemand(call, misbehaves) ?? service(call)
    if (answer === undefined) return undefined
    return Object.entries(changes).reduce((sofar, [name, change]) => {
      const changed = () => change(sofar, call, memory)
      return misbehaves(name as Misbehaviour, () => !isDeepStrictEqual(changed(), sofar)) ? changed() : sofar
    }, answer)
  }
}

const changes: Partial<Record<Misbehaviour, Change>> = {
  'provider-hashes-request': soap((text) =>
    text.replace(headerEnd, '<x:requestHash xmlns:x="http://x-road.eu/xsd/xroad.xsd">bm9uZQ==</x:requestHash>$&'),
  ),
  'provider-drops-user': soap((text) => text.replace(element('userId'), '')),
  'provider-drops-extensions': soap((text) =>
    text.replace(element('securityServer'), '').replace(element('representedParty'), ''),
  ),
  'provider-reorders-header': soap((text) => {
    const [client = ''] = element('client').exec(text) ?? []
    return text.replace(client, '').replace(headerEnd, (end) => client + end)
  }),
  'provider-trims-values': soap((text) =>
    text.replace(element('userId'), (user) => user.replace(/>\s+|\s+</g, trimmed)),
  ),
  'provider-rebinds-prefixes': soap((text) =>
    text.replaceAll('"http://x-road.eu/xsd/identifiers"', '"http://x-road.eu/xsd/identifiers.xsd"'),
  ),
  'provider-omits-header': soap((text) => text.replace(element('Header'), '')),
  'provider-renames-wrapper': soap((text) => text.replace(/(<\/?\w+:\w+)Response\b/g, '$1Result')),
  'provider-omits-charset': (answer) => ({
    ...answer,
    headers: { ...answer.headers, 'content-type': contentType(answer).replace(/;\s*charset=[^;]*/i, '') },
  }),
  'provider-faults-in-html': soap((text) => (/<[\w-]+:Fault>/.test(text) ? '<html><body>Error</body></html>' : text)),
  'provider-answers-nothing': soap((text) => text.replace(/(<(\w+:data)>)[^<]*(<\/\2>)/, '$1$3')),
  'provider-names-itself': rest((answer) => ({ ...answer, headers: { 'x-road-service': 'mine', ...answer.headers } })),
  'provider-creates-by-get': rest((answer) => (answer.status === 200 ? { ...answer, status: 201 } : answer)),
  'provider-errs-with-200': rest((answer) => ({ ...answer, status: 200 })),
  'provider-creates-cases': (answer) => (has('issue', answer) ? { ...answer, status: 201 } : answer),
  'provider-faults-with-400': (answer) => (has('Fault', answer) ? { ...answer, status: 400 } : answer),
  'provider-drops-unknown-fields': soap((text) => text.replace(/<(\w+:\w+) xmlns:\w+="urn:[^>]*>[\s\S]*?<\/\1>/g, '')),
  'provider-invents-user': soap((text) =>
    element('issue').test(text) && !element('userId').test(text)
      ? text.replace(headerEnd, '<x:userId xmlns:x="http://x-road.eu/xsd/xroad.xsd"/>$&')
      : text,
  ),
  'provider-confuses-ids': (answer, call, memory) =>
    soap((text) =>
      text.replace(/(?<=<(?:\w+:)?id>)[^<]+/, (id) => {
        const known = memory.get(id.slice(0, 36)) ?? id
        memory.set(id.slice(0, 36), known)
        return known
      }),
    )(answer, call, memory),
  'provider-lacks-attachment': soap((text) => text.replace(/<(\w+:data)>/, '<$1 href="cid:nothing">')),
  'provider-damages-letters': soap((text) =>
    text.replace(element('userId'), (user) => user.replace(/[^\x00-\xff]/g, '?')),
  ),
  'provider-shows-address': (answer, { url }) => {
    const isError = answer.status >= 400 || has('Fault', answer)
    return isError ? { ...answer, headers: { ...answer.headers, 'x-answered-by': url.origin } } : answer
  },
  'provider-omits-type': rest((answer) => {
    const { 'content-type': _, ...headers } = answer.headers
    return answer.status < 400 ? answer : { ...answer, headers }
  }),
  'publish-swagger': described((text) => text.replace('"openapi": "3.0.3"', '"swagger": "2.0"')),
  'publish-rpc-style': described((text) => text.replaceAll('style="document"', 'style="rpc"')),
  'publish-parts-by-type': described((text) => text.replace(/(<wsdl:part name="body") element=/g, '$1 type=')),
  'publish-other-input-wrapper': described((text) =>
    text.replaceAll('element="tns:getRandom"', 'element="tns:helloService"'),
  ),
  'publish-other-output-wrapper': described((text) =>
    text.replaceAll('element="tns:getRandomResponse"', 'element="tns:getRandom"'),
  ),
  'publish-body-namespace': described((text) =>
    text.replaceAll(
      '<soap:body parts="body" use="literal"/>',
      '<soap:body parts="body" use="literal" namespace="urn:x"/>',
    ),
  ),
  'publish-request-hash': described((text) => text.replaceAll('part="protocolVersion"', 'part="requestHash"')),
}

const headerEnd = /<\/\w+:Header>/

/** An element of that local name with all that is in it; the names are those that the header of a message may hold. */
function element(name: string): RegExp {
  return new RegExp(`<((?:[\\w-]+:)?${name})(?:\\s[^>]*)?>[\\s\\S]*?</\\1>`)
}

/** Whether an answer is XML with an element of that local name. */
function has(name: string, answer: ServiceAnswer): boolean {
  return isXml(answer) && element(name).test(answer.body.toString())
}

function trimmed(edge: string): string {
  return edge.startsWith('>') ? '>' : '<'
}

function contentType({ headers }: ServiceAnswer): string {
  return headers['content-type'] ?? ''
}

function soap(change: (text: string) => string): Change {
  return (answer, { method }) => (method === 'POST' && isXml(answer) ? withText(answer, change) : answer)
}

function rest(change: (answer: ServiceAnswer) => ServiceAnswer): Change {
  return (answer) => (isXml(answer) || /yaml/.test(contentType(answer)) ? answer : change(answer))
}

function described(change: (text: string) => string): Change {
  return (answer, { method }) => (method === 'GET' ? withText(answer, change) : answer)
}

function isXml(answer: ServiceAnswer): boolean {
  return contentType(answer).startsWith('text/xml')
}

function withText(answer: ServiceAnswer, change: (text: string) => string): ServiceAnswer {
  const original = answer.body.toString()
  const body = change(original)
  if (body === original) return answer
  const { 'content-length': length, ...headers } = answer.headers
  const announced = length === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return { ...answer, headers: { ...headers, ...announced }, body }
}
