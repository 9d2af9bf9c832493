import { randomBytes } from 'node:crypto'
import { type Person, people } from './people.ts'
import type { RelatedPart } from './related-parts.ts'
import type { AnswerElement } from './soap-answer.ts'
import { dialectOf, knownDialect, type SoapDialect } from './soap-dialect.ts'
import type { SoapRequest } from './soap-envelope.ts'
import { greeting, randomNumber, type TestServiceBehaviour } from './test-service-options.ts'

export interface SoapCall {
  readonly request: SoapRequest
  /** The attachments of the request. */
  readonly attachments: readonly RelatedPart[]
}

export type SoapOutcome =
  | {
      readonly kind: 'answer'
      readonly dialect: SoapDialect
      readonly elements: readonly AnswerElement[]
      readonly attachments?: readonly RelatedPart[]
    }
  /** An element that the adapter needs is missing. */
  | { readonly kind: 'missing'; readonly dialect: SoapDialect; readonly element: string }

type SoapOperation = (call: SoapCall, behaviour: TestServiceBehaviour) => SoapOutcome

// Characters that a test may ask for in one answer.
const largestAnswer = 20 * 1024 * 1024

/** The operations of all dialects, by service code. */
export const soapOperations: Readonly<Record<string, SoapOperation>> = {
  getRandom({ request }, behaviour) {
    const dialect = dialectOf(request)
    const namespace = `${dialect.namespace}/other`
    return {
      kind: 'answer',
      dialect: behaviour.misbehaves('random-in-other-namespace') ? { ...dialect, namespace } : dialect,
      elements: [element('data', String(randomNumber(behaviour)))],
    }
  },

  helloService({ request }, behaviour) {
    const name = checkedField(request, 'name')
    if (name === undefined) return missing(request, 'name')
    return answer(request, [element('message', greeting(name, behaviour))])
  },

  testService({ request }) {
    const started = performance.now()
    const data = randomLetters(sizeOf(field(request, 'responseBodySize')))
    const attachment = randomLetters(sizeOf(field(request, 'responseAttachmentSize')))
    const elements = [element('data', data), element('processingTime', String(Math.trunc(performance.now() - started)))]
    if (attachment === '') return answer(request, elements)
    return answer(request, elements, [
      part('attachment_id', 'application/xml', `<attachment>${attachment}</attachment>`),
    ])
  },

  listPeople({ request }) {
    const list = people.map(({ ssn, firstName, lastName }) => element('person', texts({ ssn, firstName, lastName })))
    return answer(request, [element('people', list)])
  },

  personDetails({ request }) {
    const ssn = checkedField(request, 'ssn')
    if (ssn === undefined) return missing(request, 'ssn')
    const person = people.find((one) => one.ssn === ssn)
    return answer(request, person === undefined ? [] : [element('person', details(person))])
  },

  storeAttachments({ request, attachments }) {
    return answer(
      request,
      attachments.map(({ contentId, body }) => described(contentId ?? '', body.length)),
    )
  },

  getAttachments({ request }) {
    const sizes = request.fields.filter(({ name }) => name === 'size').map(({ text }) => sizeOf(text))
    if (sizes.reduce((sum, size) => sum + size, 0) > largestAnswer) throw new RangeError('too large an answer')
    const attachments = sizes.map((size, index) =>
      part(`attachment_${index}`, 'application/octet-stream', randomLetters(size)),
    )
    return answer(
      request,
      attachments.map(({ contentId, body }) => described(contentId, body.length)),
      attachments,
    )
  },
}

function answer(
  request: SoapRequest,
  elements: readonly AnswerElement[],
  attachments: readonly RelatedPart[] = [],
): SoapOutcome {
  return { kind: 'answer', dialect: dialectOf(request), elements, attachments }
}

function missing(request: SoapRequest, name: string): SoapOutcome {
  return { kind: 'missing', dialect: dialectOf(request), element: name }
}

function field(request: SoapRequest, name: string): string | undefined {
  return request.fields.find((one) => one.name === name)?.text
}

/** Unlike getRandom, the original looks for parameters in a namespace that it knows. */
function checkedField(request: SoapRequest, name: string): string | undefined {
  return knownDialect(request) === undefined ? undefined : field(request, name)
}

function sizeOf(text = '0'): number {
  if (!/^\s*\d+\s*$/.test(text) || Number(text) > largestAnswer) throw new RangeError(`no size: ${text.slice(0, 20)}`)
  return Number(text)
}

function randomLetters(length: number): string {
  return Buffer.from(randomBytes(length).map((byte) => 97 + (byte % 26))).toString('latin1')
}

function part(contentId: string, contentType: string, text: string): RelatedPart & { contentId: string } {
  return { contentId, contentType, body: Buffer.from(text) }
}

function described(name: string, size: number): AnswerElement {
  return element('attachment', texts({ name, size: String(size) }))
}

function details({ contacts, ...person }: Person): AnswerElement[] {
  return [
    ...texts(person),
    element(
      'contacts',
      contacts.map((contact) => element('contact', texts(contact))),
    ),
  ]
}

function texts(values: Readonly<Record<string, string>>): AnswerElement[] {
  return Object.entries(values).map(([name, text]) => element(name, text))
}

function element(name: string, content: AnswerElement['content']): AnswerElement {
  return { name, content }
}
