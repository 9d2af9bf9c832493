import { expect } from 'vitest'
import type { XmlElement } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { placeOf } from './place-of-call.ts'
import { fieldOf, type SentEnvelope, sentEnvelopes } from './sent-message.ts'

// What an information system puts into the header fields that extensions of the protocol define.
const needs = ['client'] as const

const representation = 'http://x-road.eu/xsd/representation.xsd'
const securityToken = 'http://x-road.eu/xsd/security-token.xsd'

const placesOf = (messages: readonly SentEnvelope[]) => messages.map(({ call }) => placeOf(call))

scenario(
  'client names the code of the party that it represents over soap',
  { covers: ['EXT-REPR-02'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const partyOf = (message: SentEnvelope) => fieldOf(message, 'representedParty', representation)
    const messages = client.some(sentEnvelopes(client).filter(partyOf), 'call over SOAP for a represented party')
    expect(placesOf(messages.filter((message) => !isParty(partyOf(message))))).toEqual([])
  },
)

scenario('client says of a jwt that it is one over soap', { covers: ['EXT-TOK-02'], needs }, async (target) => {
  const client = await target.clientUnderTest()
  const tokenOf = (message: SentEnvelope) => fieldOf(message, 'securityToken', securityToken)
  const withJwt = sentEnvelopes(client).filter((message) => isJwt(tokenOf(message)?.text ?? ''))
  const messages = client.some(withJwt, 'call over SOAP with a JWT')
  const typeOf = (message: SentEnvelope) => tokenOf(message)?.attributes.get('tokenType')
  expect(placesOf(messages.filter((message) => typeOf(message) !== 'urn:ietf:params:oauth:token-type:jwt'))).toEqual([])
})

/** A party has a code, and before it perhaps a class. */
function isParty(party: XmlElement | undefined): boolean {
  const parts = party?.children ?? []
  const areDeclared = parts.every(({ namespace }) => namespace === representation)
  return areDeclared && /^(?:partyClass )?partyCode$/.test(parts.map(({ name }) => name).join(' '))
}

/** Whether a token is a JWT, signed or encrypted: parts in base64url, the first of which is an object (RFC 7519). */
function isJwt(token: string): boolean {
  const [, header = ''] = /^\s*([\w-]+)(?:\.[\w-]*){2,4}\s*$/.exec(token) ?? []
  try {
    const decoded: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
    return typeof decoded === 'object' && decoded !== null
  } catch {
    return false
  }
}
