import { expect } from 'vitest'
import { soapPart } from '../observe/related-parts.ts'
import { bodyText, parseEnvelope } from '../observe/response.ts'
import { childOf, parseXml, type XmlElement } from '../observe/xml.ts'
import { type Declared, declaredElement, sampleOf, schemaProblems } from '../observe/xml-schema.ts'
import { scenario } from '../scenario.ts'
import { askSoapProvider, fetchDescription, messageTo } from '../target/ask-provider.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'

// How an information system describes its SOAP services, read where it publishes the WSDL.
const needs = ['provider'] as const

const wsdl = 'http://schemas.xmlsoap.org/wsdl/'
const xmlSchema = 'http://www.w3.org/2001/XMLSchema'
const soap = 'http://schemas.xmlsoap.org/wsdl/soap/'

scenario('wsdl is document/literal', { covers: ['SVC-09'], needs }, async (target) => {
  const definitions = await readWsdl(target)
  const bindings = everyElement(definitions, 'binding', soap)
  const operations = everyElement(definitions, 'operation', soap).filter(({ attributes }) => attributes.has('style'))
  const styles = [...bindings, ...operations].map(({ attributes }) => attributes.get('style') ?? 'document')
  expect([...new Set(styles)]).toEqual(['document'])
  const uses = everyElement(definitions, 'body', soap).map(({ attributes }) => attributes.get('use'))
  expect([...new Set(uses)]).toEqual(['literal'])
})

scenario('wsdl gives a message one body part, by element', { covers: ['SVC-10'], needs }, async (target) => {
  for (const { name, parts } of bodyParts(await readWsdl(target))) {
    expect(parts.length, `parts of the message ${name}`).toBeLessThanOrEqual(1)
    expect(parts.map(({ attributes }) => [attributes.has('element'), attributes.has('type')])).toEqual(
      parts.map(() => [true, false]),
    )
  }
})

scenario('wsdl names the input like its operation', { covers: ['SVC-11'], needs }, async (target) => {
  const wrappers = wrappersOf(await readWsdl(target), 'input')
  expect(wrappers).not.toEqual([])
  expect(wrappers.map(({ wrapper }) => wrapper)).toEqual(wrappers.map(({ operation }) => operation))
})

scenario('wsdl names the output like its operation and response', { covers: ['SVC-12'], needs }, async (target) => {
  const wrappers = wrappersOf(await readWsdl(target), 'output')
  expect(wrappers).not.toEqual([])
  expect(wrappers.map(({ wrapper }) => wrapper)).toEqual(wrappers.map(({ operation }) => `${operation}Response`))
})

scenario('wsdl gives the body neither namespace nor encoding', { covers: ['SVC-13'], needs }, async (target) => {
  const bodies = everyElement(await readWsdl(target), 'body', soap)
  expect(bodies).not.toEqual([])
  expect(bodies.filter(({ attributes }) => attributes.has('namespace') || attributes.has('encodingStyle'))).toEqual([])
})

scenario('wsdl does not describe the request hash', { covers: ['SVC-14'], needs }, async (target) => {
  const parts = everyElement(await readWsdl(target), 'header', soap).map(({ attributes }) => attributes.get('part'))
  expect(parts).not.toEqual([])
  expect(parts.filter((part) => part === 'requestHash')).toEqual([])
})

scenario('wsdl is shown without credentials', { covers: ['PROV-09'], needs }, async (target) => {
  const seen = await fetchDescription(target, target.judged('soap'))
  expect(seen.kind === 'response' && seen.status).toBe(200)
})

scenario('wsdl tells how to ask and what is answered', { covers: ['PROV-10'], needs }, async (target) => {
  const definitions = await readWsdl(target)
  const judged = target.judged('soap')
  const input = wrapperOf(definitions, 'input', judged.service.code)
  const output = wrapperOf(definitions, 'output', judged.service.code)
  const seen = await askSoapProvider(target, messageTo(judged, { body: judged.question ?? sampleOf(input) }))
  const answer = seen.kind === 'response' ? parseEnvelope({ body: soapPart(seen) })?.content : undefined
  expect(answer, 'the answer').toBeDefined()
  expect(schemaProblems(output, answer as XmlElement)).toEqual([])
})

/** The element that the WSDL declares for what an operation is asked or answers. */
function wrapperOf(definitions: XmlElement, direction: 'input' | 'output', code: string): Declared {
  const schemas = everyElement(definitions, 'schema', xmlSchema)
  const { wrapper = '' } = wrappersOf(definitions, direction).find(({ operation }) => operation === code) ?? {}
  expect(wrapper, `${direction} of ${code} in the WSDL`).not.toBe('')
  const declared = declaredElement(schemas, wrapper)
  if (declared === undefined) throw new NotApplicable(`the schemas in the WSDL do not declare ${wrapper}`)
  return declared
}

async function readWsdl(target: Target): Promise<XmlElement> {
  const seen = await fetchDescription(target, target.judged('soap'))
  const root = seen.kind === 'response' ? parseXml(bodyText(seen)) : undefined
  expect(root, 'the WSDL of the service').toMatchObject({ name: 'definitions', namespace: wsdl })
  return root as XmlElement
}

/** Operations of the port types with the element that wraps their input or output. */
function wrappersOf(definitions: XmlElement, direction: 'input' | 'output') {
  const messages = new Map(bodyParts(definitions).map(({ name, parts }) => [name, parts[0]]))
  const portTypes = definitions.children.filter(({ name }) => name === 'portType')
  return portTypes
    .flatMap(({ children }) => children.filter(({ name }) => name === 'operation'))
    .map((operation) => {
      const message = childOf(operation, direction, wsdl)?.attributes.get('message')
      const part = messages.get(localName(message))
      return { operation: operation.attributes.get('name'), wrapper: localName(part?.attributes.get('element')) }
    })
}

/** The messages that port types name, with the parts that make up their bodies: no header refers to those. */
function bodyParts(definitions: XmlElement): { name: string; parts: XmlElement[] }[] {
  const inHeaders = new Set(
    everyElement(definitions, 'header', soap).map(
      ({ attributes }) => `${localName(attributes.get('message'))}/${attributes.get('part')}`,
    ),
  )
  return definitions.children
    .filter(({ name, namespace }) => name === 'message' && namespace === wsdl)
    .map((message) => {
      const name = message.attributes.get('name') ?? ''
      const parts = message.children.filter((part) => part.name === 'part')
      return { name, parts: parts.filter(({ attributes }) => !inHeaders.has(`${name}/${attributes.get('name')}`)) }
    })
    .filter(({ name }) => definitions.children.some((one) => one.name === 'portType' && refersTo(one, name)))
}

function refersTo(portType: XmlElement, message: string): boolean {
  const directions = portType.children.flatMap(({ children }) => children)
  return directions.some(({ attributes }) => localName(attributes.get('message')) === message)
}

function localName(name = ''): string {
  return name.split(':').at(-1) ?? ''
}

function everyElement(within: XmlElement, name: string, namespace: string): XmlElement[] {
  return within.children.flatMap((child) => [
    ...(child.name === name && child.namespace === namespace ? [child] : []),
    ...everyElement(child, name, namespace),
  ])
}
