import { expect } from 'vitest'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import { scenario } from '../scenario.ts'
import { bytesOf, type OrdinaryMessage, ordinaryMessage } from '../target/ordinary-message.ts'

// What a SOAP message must be before anybody looks at who sent it.

const byClient = { origin: 'client' } as const
const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

const refused = [
  ['empty message', 'SOAP-MSG-09', 'xmlEmpty', () => ''],
  ['message that is no xml', 'SOAP-MSG-09', 'xmlMalformed', () => 'no xml'],
  ['message cut off in the middle', 'SOAP-MSG-09', 'xmlMalformed', ({ text }) => text.slice(0, text.length / 2)],
  ['soap 1.2 message', 'SOAP-MSG-04', 'envelopeMissing', ({ text }) => text.replace(soap11, soap12)],
  ['xml that is no envelope', 'SOAP-MSG-04', 'envelopeMissing', () => '<message/>'],
  ['message without header', 'SOAP-MSG-10', 'headerMissing', ({ text }) => text.replace(header, '')],
  ['message without body', 'SOAP-MSG-06', 'bodyMissing', ({ text }) => text.replace(body, '')],
  ['message with an empty body', 'SOAP-MSG-05', 'bodyInvalid', ({ text }) => withBody(text, '')],
  ['message with two wrappers', 'SOAP-MSG-05', 'bodyInvalid', ({ text }) => text.replace(wrapper, '$&$&')],
  ['wrapper of another service', 'SOAP-MSG-07', 'bodyInconsistent', ({ text }) => withBody(text, '<prod:other/>')],
  [
    'wrapper in other letter case',
    'SOAP-MSG-07',
    'bodyInconsistent',
    ({ text, service }) => withBody(text, `<prod:${service.serviceCode.toUpperCase()}/>`),
  ],
  ['document type', 'SOAP-MSG-11', 'xmlMalformed', ({ text }) => withDocumentType(text, '<!DOCTYPE x>')],
  [
    'external entity',
    'SOAP-MSG-11',
    'xmlMalformed',
    ({ text }) => withDocumentType(text, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///nonexistent">]>'),
  ],
  [
    'entities that multiply',
    'SOAP-MSG-11',
    'xmlMalformed',
    ({ text }) => withDocumentType(text, `<!DOCTYPE x [${multiplyingEntities()}]>`),
  ],
] as const satisfies readonly (readonly [string, `SOAP-MSG-${string}`, FaultSituationName, Edit])[]

type Edit = (message: OrdinaryMessage) => string

for (const [what, requirement, situation, edit] of refused) {
  scenario(`${what} refused`, { covers: [requirement] }, async (target) => {
    const message = ordinaryMessage(target)
    expect(await message.send(edit(message))).toBeFault(situation, byClient)
  })
}

const accepted = [
  ['message without xml declaration', 'SOAP-MSG-04', (text) => text.replace(/^<\?xml.*\?>\n/, '')],
  ['byte order mark before the message', 'SOAP-MSG-22', (text) => `\uFEFF${text}`],
  ['wrapper without namespace prefix', 'SOAP-MSG-05', (text) => withBody(text, unprefixed(text))],
] as const satisfies readonly (readonly [string, `SOAP-MSG-${string}`, (text: string) => string])[]

for (const [what, requirement, edit] of accepted) {
  scenario(`${what} accepted`, { covers: [requirement] }, async (target) => {
    const message = ordinaryMessage(target)
    expect(await message.send(edit(message.text))).toBeServiceResponse()
  })
}

const contents = [
  ['comments', '<!-- kept --><a>1<!-- and this --></a>'],
  ['cdata sections', '<a><![CDATA[1 < 2 & 3]]></a>'],
  ['references', '<a b="&quot;&#x20AC;">&lt;&#228;&amp;&gt;</a>'],
  ['white space', '\n\t<a >  1\n2 </a >\r\n'],
  ['quotes and empty tags', '<a b=\'1\' c="2"/><d></d>'],
  ['letters of utf-8', '<a>ÄÖ€ ж 漢 😀</a>'],
] as const

for (const [what, content] of contents) {
  scenario(
    `provider gets the ${what} of a message as they are`,
    { covers: ['SOAP-MSG-23'], needs: ['control'] },
    async (target) => {
      const service = target.scriptedService('soap').id
      const code = service.serviceCode
      const message = ordinaryMessage(target, { body: `<prod:${code}>${content}</prod:${code}>` }, service)
      await message.send(message.text)
      expect((await message.providerCalls()).map((call) => bytesOf(call).toString())).toEqual([message.text])
    },
  )
}

scenario(
  'provider gets utf-8 where no charset is named',
  { covers: ['SOAP-MSG-18'], needs: ['control'] },
  async (target) => {
    const message = ordinaryMessage(target, { userId: 'FIÄÖ€' }, target.scriptedService('soap').id)
    const undeclared = message.text.replace(/^<\?xml.*\?>\n/, '')
    await message.send(undeclared, [['Content-Type', 'text/xml']])
    expect((await message.providerCalls()).map((call) => bytesOf(call).toString())).toEqual([undeclared])
  },
)

scenario(
  'provider can read a message in another charset',
  { covers: ['SOAP-MSG-21'], needs: ['control'] },
  async (target) => {
    const message = ordinaryMessage(target, { userId: 'FIÄÖ' }, target.scriptedService('soap').id)
    const text = message.text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    await message.send(Buffer.from(text, 'latin1'), [['Content-Type', 'text/xml; charset=ISO-8859-1']])
    const [call] = await message.providerCalls()
    const bytes = call === undefined ? Buffer.alloc(0) : bytesOf(call)
    // Whoever writes it anew in UTF-8 must say so in it.
    const encoding = /encoding="ISO-8859-1"/.test(bytes.toString('latin1')) ? 'latin1' : 'utf8'
    expect(bytes.toString(encoding)).toContain('FIÄÖ<')
  },
)

scenario(
  'unknown entity in a message refused without asking anybody',
  { covers: ['SOAP-MSG-11'], needs: ['control'] },
  async (target) => {
    const message = ordinaryMessage(target, {}, target.scriptedService('soap').id)
    const text = withDocumentType(message.text, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">')
    expect(await message.send(text)).toBeFault('xmlMalformed', byClient)
    expect(await message.providerCalls()).toEqual([])
  },
)

const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
const header = /<soapenv:Header>.*<\/soapenv:Header>\n/s
const body = /<soapenv:Body>.*<\/soapenv:Body>\n/s
const wrapper = /<prod:\w+\/>/

function withBody(text: string, content: string): string {
  return text.replace(/(<soapenv:Body>).*(<\/soapenv:Body>)/s, `$1${content}$2`)
}

function withDocumentType(text: string, documentType: string): string {
  const entity = /ENTITY e/.test(documentType) ? '&e;' : ''
  return text.replace('?>\n', `?>\n${documentType}\n`).replace('</xro:id>', `${entity}</xro:id>`)
}

function multiplyingEntities(): string {
  const levels = ['a', 'b', 'c', 'd', 'e']
  return levels
    .map((name, level) => `<!ENTITY ${name} "${level === 0 ? 'x' : `&${levels[level - 1]};`.repeat(10)}">`)
    .join('')
}

function unprefixed(text: string): string {
  return wrapper.exec(text)?.[0].replace('prod:', '').replace('/>', ' xmlns="http://test.x-road.fi/producer"/>') ?? ''
}
