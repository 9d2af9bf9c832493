import { expect } from 'vitest'
import { writeEnvelope } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { randomNumber } from '../observe/random-number.ts'
import { headerValue, mediaType, parseEnvelope } from '../observe/response.ts'
import { soapRequestHash } from '../observe/soap-request-hash.ts'
import { childOf, descendantOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import type { Target } from '../target/target.ts'

// The SOAP test services of the Finnish environments.

const xroad = 'http://x-road.eu/xsd/xroad.xsd'
const wrapped = (operation: string, request: string) =>
  `<prod:${operation}><prod:request>${request}</prod:request></prod:${operation}>`

scenario('getRandom answered as the guide asks for it', { covers: ['RTST-09', 'SOAP-MSG-25'] }, async (target) => {
  const seen = await getRandom(target)
  expect(seen).toBeServiceResponse()
  expect(seen.kind === 'response' && mediaType(seen).type).toBe('text/xml')
  expect(seen.kind === 'response' && parseEnvelope(seen)?.content?.name).toBe('getRandomResponse')
})

scenario(
  'getRandom without the certificate is the fault of the guide',
  { covers: ['RTST-09', 'CONN-HTTPS-02'] },
  async (target) => {
    const client = target.client('https')
    const seen = await target.soap({ client, certificate: 'none' }).call(target.service('random', 'soap'))
    expect(seen).toBeFault('certificateMissing', { client })
  },
)

scenario('getRandom answers whole numbers from 0 to 100 that differ', { covers: ['RTST-10'] }, async (target) => {
  const numbers: unknown[] = []
  const client = target.client('https')
  await using connection = target.connect({ certificate: target.certificateOf(client) })
  const soap = target.soap({ client, connection })
  for (let n = 0; n < 20; n += 1) numbers.push(randomNumber(await soap.call(target.service('random', 'soap'))))
  expect(numbers.filter((one) => !/^(100|\d{1,2})$/.test(String(one)))).toEqual([])
  expect(new Set(numbers).size).toBeGreaterThan(1)
})

scenario('getRandom answers in the namespace of the test services', { covers: ['RTST-10'] }, async (target) => {
  const seen = await getRandom(target)
  const content = seen.kind === 'response' ? parseEnvelope(seen)?.content : undefined
  expect(content?.namespace).toBe('http://test.x-road.fi/producer')
  expect(content && descendantOf(content, 'data')?.namespace).toBe('http://test.x-road.fi/producer')
})

scenario('helloService greets by name', { covers: ['RTST-11'] }, async (target) => {
  expect(await greeting(target, 'Ada')).toBe('Hello Ada! Greetings from adapter server!')
})

scenario('helloService keeps letters beyond ascii', { covers: ['RTST-11'] }, async (target) => {
  expect(await greeting(target, 'Äiti &amp; 李')).toEqual(expect.stringContaining('Äiti & 李'))
})

scenario(
  'answer repeats client, service and id of the message',
  { covers: ['SOAP-HDR-01', 'SOAP-HDR-02', 'SOAP-HDR-03'] },
  async (target) => {
    const seen = await getRandom(target)
    const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
    expect(childOf(header, 'id', xroad)?.text).toBe(seen.call.messageId)
    const code = childOf(childOf(header, 'client', xroad), 'subsystemCode')?.text
    expect(code).toBe(decodeURIComponent(String(seen.call.client?.split('/').at(-1))))
    expect(childOf(childOf(header, 'service', xroad), 'serviceCode')?.text).toBe('getRandom')
  },
)

scenario(
  'answer carries the sha-512 of the message as it was sent',
  { covers: ['SOAP-HDR-16', 'SOAP-HDR-17', 'SOAP-HDR-18'] },
  async (target) => {
    const [client, service] = [target.client('https'), target.service('random', 'soap')]
    const body = writeEnvelope({ client, service, id: 'hash of exactly these bytes' }).replaceAll('\n', '\r\n  ')
    const seen = await target.soap({ client }).send({ headers: [['Content-Type', 'text/xml']], body })
    const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
    const hash = childOf(header, 'requestHash', xroad)
    expect(hash?.attributes.get('algorithmId')).toBe('http://www.w3.org/2001/04/xmlenc#sha512')
    expect(hash?.text).toBe(soapRequestHash(body))
  },
)

scenario('soap answered on any path that is not rest', { covers: ['CONN-GEN-05'] }, async (target) => {
  const [client, service] = [target.client('https'), target.service('random', 'soap')]
  const body = writeEnvelope({ client, service, id: 'another path' })
  for (const path of ['/', '/some/where?x=1']) {
    const seen = await target.soap({ client }).send({ target: path, headers: [['Content-Type', 'text/xml']], body })
    expect(seen).toBeServiceResponse()
  }
})

scenario(
  'soap answer says nothing of the information system in http headers',
  { covers: ['SOAP-MSG-17'] },
  async (target) => {
    const seen = await getRandom(target)
    expect(seen).toBeServiceResponse()
    expect(seen.kind === 'response' && headerValue(seen, 'server')).toBeUndefined()
  },
)

function getRandom(target: Target): Promise<Seen> {
  const service = target.service('random', 'soap')
  return target.soap({ client: target.client('https') }).call(service, { body: wrapped('getRandom', '') })
}

async function greeting(target: Target, name: string): Promise<string | undefined> {
  const service = { ...target.service('random', 'soap'), serviceCode: 'helloService' }
  const body = wrapped('helloService', `<prod:name>${name}</prod:name>`)
  const seen = await target.soap({ client: target.client('https') }).call(service, { body })
  const content = seen.kind === 'response' ? parseEnvelope(seen)?.content : undefined
  return content && descendantOf(content, 'message')?.text
}
