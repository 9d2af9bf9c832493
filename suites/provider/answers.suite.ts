import { expect } from 'vitest'
import { scriptedAnswer } from '../client/scripted-answer.ts'
import { writeEnvelope } from '../client/soap-envelope.ts'
import type { Seen } from '../observe/answer.ts'
import { bodyText, parseEnvelope } from '../observe/response.ts'
import { childOf } from '../observe/xml.ts'
import { scenario } from '../scenario.ts'
import { protocols } from '../target/protocol.ts'
import type { ScriptedMessage, Target } from '../target/target.ts'

// What a consumer is told when the provider's information system answers badly, late, or with a fault of its own.

const byProvider = { origin: 'serverProxy', within: 'serviceFailed' } as const
const control = ['control'] as const

scenario(
  'status of a provider other than 200 and 500 (soap)',
  { covers: ['ERR-SOAP-16'], needs: control },
  async (target) => {
    const seen = await askSoap(target, () => scriptedAnswer({ status: 404, reason: 'Not Found' }))
    expect(seen).toBeFault('providerStatus', { ...byProvider, text: { status: 404, reason: 'Not Found' } })
  },
)

for (const status of [200, 500]) {
  scenario(
    `fault of a provider with status ${status} passes as it is (soap)`,
    { covers: ['ERR-SOAP-17'], needs: control },
    async (target) => {
      const seen = await askSoap(target, () => scriptedAnswer({ status, reason: 'Whatever', body: providerFault }))
      expect(textOf(seen)).toBe(providerFault)
    },
  )
}

scenario(
  'fault of a provider in a multipart is none (soap)',
  { covers: ['ERR-SOAP-17'], needs: control },
  async (target) => {
    const body = `--b\r\nContent-Type: text/xml\r\n\r\n${providerFault}\r\n--b--\r\n`
    const headers = [['Content-Type', 'multipart/related; boundary=b; type="text/xml"']] as const
    const seen = await askSoap(target, () => scriptedAnswer({ headers, body }))
    expect(seen).toBeFault('responseNotSoap', { within: 'serviceFailed', text: { type: 'multipart/mixed' } })
  },
)

scenario(
  'answer of a provider that is no xml by its type (soap)',
  { covers: ['ERR-SOAP-18'], needs: control },
  async (target) => {
    const headers = [['Content-Type', 'text/plain']] as const
    const seen = await askSoap(target, (message) => scriptedAnswer({ headers, body: ordinaryAnswer(message) }))
    expect(seen).toBeFault('contentTypeInvalid', { ...byProvider, text: { type: 'text/plain' } })
  },
)

const wrongAnswers = [
  ['empty', 'xmlEmpty', () => ''],
  ['no xml', 'xmlMalformed', () => 'no xml'],
  [
    'without a body',
    'bodyMissing',
    (message) => ordinaryAnswer(message).replace(/<soapenv:Body>.*<\/soapenv:Body>/s, ''),
  ],
  ['with an empty body', 'bodyInvalid', (message) => writeEnvelope({ ...message, body: ' ' })],
  ['without the id', 'headerFieldMissing', (message) => ordinaryAnswer(message).replace(/<xro:id>.*?<\/xro:id>/s, '')],
] as const satisfies readonly (readonly [string, string, (message: ScriptedMessage) => string])[]

for (const [what, situation, body] of wrongAnswers) {
  scenario(
    `answer of a provider that is ${what} (soap)`,
    { covers: ['ERR-SOAP-19'], needs: control },
    async (target) => {
      const seen = await askSoap(target, (message) => scriptedAnswer({ body: body(message) }))
      expect(seen).toBeFault(situation, byProvider)
    },
  )
}

for (const protocol of protocols) {
  const requirement = protocol === 'soap' ? 'ERR-SOAP-20' : 'ERR-REST-18'

  scenario(
    `provider takes longer than it may (${protocol})`,
    { covers: [requirement], needs: control },
    async (target) => {
      const limit = target.scriptedService(protocol).service.timeoutSeconds * 1000
      const seen = await target.askScripted(protocol, { client: target.client('https') }, (message) =>
        scriptedAnswer({ after: limit + 1000, body: ordinaryAnswer(message) }),
      )
      expect(seen).toBeFault('providerTimesOut', protocol === 'soap' ? byProvider : { origin: 'serverProxy' })
    },
  )
}

scenario(
  'header of a fault, where there is one, is that of the request',
  { covers: ['ERR-SOAP-05'] },
  async (target) => {
    const client = target.client('https')
    const seen = await target.soap({ client }).call(target.service('closed', 'soap'), { id: 'of-the-request' })
    const header = seen.kind === 'response' ? parseEnvelope(seen)?.header : undefined
    expect([undefined, 'of-the-request']).toContain(childOf(header, 'id')?.text)
  },
)

async function askSoap(target: Target, answer: (message: ScriptedMessage) => ReturnType<typeof scriptedAnswer>) {
  return target.askScripted('soap', { client: target.client('https') }, answer)
}

function ordinaryAnswer({ service, client, id }: ScriptedMessage): string {
  return writeEnvelope({ service, client, id, body: `<prod:${service.serviceCode}Response/>` })
}

const providerFault =
  '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>' +
  '<faultcode>e:Client</faultcode><faultstring>Not on a Sunday</faultstring>' +
  '<detail><reason xmlns="urn:provider">closed</reason></detail></e:Fault></e:Body></e:Envelope>'

function textOf(seen: Seen): string {
  return seen.kind === 'response' ? bodyText(seen) : ''
}
