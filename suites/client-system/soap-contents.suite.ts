import { expect } from 'vitest'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { placeOf } from './place-of-call.ts'
import { contentsOf, fieldOf, type SentEnvelope, sentEnvelopes, serviceCodeOf } from './sent-message.ts'

// What an information system puts into its messages.
const needs = ['client'] as const

const xroad = 'http://x-road.eu/xsd/xroad.xsd'

const monitoringServices = ['getSecurityServerOperationalData', 'getSecurityServerHealthData']

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
  'client names its own server when it asks for monitoring data over soap',
  { covers: ['OPMON-02'], needs },
  async (target) => {
    const client = await target.clientUnderTest()
    const messages = client.some(sentEnvelopes(client).filter(isForOwnData), 'call for monitoring data of its own')
    expect(placesOf(messages.filter((message) => fieldOf(message, 'securityServer') === undefined))).toEqual([])
  },
)

function asksForMethods(message: SentEnvelope): boolean {
  const [content] = contentsOf(message)
  const isOfXRoad = content?.namespace === xroad && content.name === serviceCodeOf(message)
  return isOfXRoad && content.children.length === 0 && content.text.trim() === ''
}

/** Whether a member asks for the monitoring data of a server that it owns. */
function isForOwnData(message: SentEnvelope): boolean {
  const ofMember = (name: string) =>
    ['xRoadInstance', 'memberClass', 'memberCode', 'subsystemCode']
      .map((part) => childOf(fieldOf(message, name), part)?.text ?? '')
      .join('/')
  return monitoringServices.includes(serviceCodeOf(message)) && ofMember('client') === ofMember('service')
}
