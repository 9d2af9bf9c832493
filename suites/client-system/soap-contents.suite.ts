import { expect } from 'vitest'
import type { XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { placeOf } from './place-of-call.ts'
import { contentsOf, fieldOf, type SentEnvelope, sentEnvelopes, serviceCodeOf } from './sent-message.ts'

// What an information system puts into its messages, and into the headers that extensions define.
const needs = ['client'] as const

const namespaces = {
  xroad: 'http://x-road.eu/xsd/xroad.xsd',
  representation: 'http://x-road.eu/xsd/representation.xsd',
  token: 'http://x-road.eu/xsd/security-token.xsd',
}

const placesOf = (messages: readonly SentEnvelope[]) => messages.map(({ call }) => placeOf(call))

scenario(
  'client puts one element into the body of a message over soap',
  { covers: ['CLNT-07'], needs },
  async (target) => {
    const messages = sentEnvelopes(await target.clientUnderTest())
    expect(placesOf(messages.filter((message) => contentsOf(message).length !== 1))).toEqual([])
  },
)

scenario('client names what it sends after the service over soap', { covers: ['CLNT-07'], needs }, async (target) => {
  const messages = sentEnvelopes(await target.clientUnderTest())
  const isNamed = (message: SentEnvelope) => contentsOf(message).every(({ name }) => name === serviceCodeOf(message))
  expect(placesOf(messages.filter((message) => !isNamed(message)))).toEqual([])
})

scenario(
  'client asks for methods with an empty element of x-road over soap',
  { covers: ['META-13'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const isForMethods = (message: SentEnvelope) => ['listMethods', 'allowedMethods'].includes(serviceCodeOf(message))
    const messages = client.some(
      sentEnvelopes(client).filter(isForMethods),
      'call over SOAP for the methods of a provider',
    )
    expect(placesOf(messages.filter((message) => !asksForMethods(message)))).toEqual([])
  },
)

scenario(
  'client names the code of the party that it represents over soap',
  { covers: ['EXT-REPR-02'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const partyOf = (message: SentEnvelope) => fieldOf(message, 'representedParty', namespaces.representation)
    const messages = client.some(sentEnvelopes(client).filter(partyOf), 'call over SOAP for a represented party')
    expect(placesOf(messages.filter((message) => !isParty(partyOf(message))))).toEqual([])
  },
)

scenario('client says of a jwt that it is one over soap', { covers: ['EXT-TOK-02'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const tokenOf = (message: SentEnvelope) => fieldOf(message, 'securityToken', namespaces.token)
  const isJwt = (message: SentEnvelope) => /^\s*[\w-]+\.[\w-]*\.[\w-]*\s*$/.test(tokenOf(message)?.text ?? '')
  const messages = client.some(sentEnvelopes(client).filter(isJwt), 'call over SOAP with a JWT')
  const typeOf = (message: SentEnvelope) => tokenOf(message)?.attributes.get('tokenType')
  expect(placesOf(messages.filter((message) => typeOf(message) !== 'urn:ietf:params:oauth:token-type:jwt'))).toEqual([])
})

function asksForMethods(message: SentEnvelope): boolean {
  const [content] = contentsOf(message)
  const isOfXRoad = content?.namespace === namespaces.xroad && content.name === serviceCodeOf(message)
  return isOfXRoad && content.children.length === 0 && content.text.trim() === ''
}

/** A party has a code, and before it perhaps a class. */
function isParty(party: XmlElement | undefined): boolean {
  const parts = party?.children ?? []
  const areDeclared = parts.every(({ namespace }) => namespace === namespaces.representation)
  return areDeclared && /^(?:partyClass )?partyCode$/.test(parts.map(({ name }) => name).join(' '))
}
