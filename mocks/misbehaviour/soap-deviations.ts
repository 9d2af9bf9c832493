import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import { FaultError, fault } from '../fault/fault.ts'
import { bodyOf } from '../message/body.ts'
import type { MessagePart } from '../message/multipart.ts'
import { parseSoapMessage } from '../message/soap-message.ts'
import type { Decisions } from '../security-server/decisions.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours in reading SOAP messages and in passing them on. */
export const soapDeviations: Deviations = {
  'refuse-unusual-identifiers': (faithful) => ({
    soapClient(message, head) {
      const { provider } = message.service
      const { client } = message
      const codes = [client, provider].map((id) => (id.kind === 'subsystem' ? id.subsystemCode : id.memberCode))
      if (codes.some((code) => /[:;/\\]/.test(code))) throw fault('internal', { text: 'Invalid identifier' }, 'client')
      return faithful.soapClient(message, head)
    },
  }),
  'read-anything-as-envelope': forgiving(
    ['xmlEmpty', 'xmlMalformed', 'envelopeMissing'],
    () => `<s:Envelope ${soap}/>`,
  ),
  'tolerate-document-types': forgiving(['xmlMalformed'], (text) =>
    text.replace(/<!DOCTYPE[^[>]*(\[.*?\]\s*)?>/s, '').replaceAll('&e;', ''),
  ),
  'tolerate-other-soap-versions': forgiving(['envelopeMissing'], (text) =>
    text.replace('http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/'),
  ),
  'supply-what-is-missing': forgiving(['headerMissing', 'headerFieldMissing', 'serviceMissing', 'bodyMissing'], supply),
  'tolerate-duplicates': forgiving(['headerFieldDuplicate'], (text) =>
    text.replace(/<((?:\w+:)?(\w+))\b[^>]*>(?:(?!<\/\1>).)*<\/\1>(?=\s*<\1\b)/s, ''),
  ),
  'tolerate-other-protocol-versions': forgiving(['protocolVersionInvalid'], (text) =>
    text.replace(/(protocolVersion>)[^<]*/, '$14.0'),
  ),
  'guess-object-types': forgiving(['objectTypeMissing', 'objectTypeUnknown', 'objectTypeUnexpected'], guessObjectTypes),
  'tolerate-blank-identifiers': forgiving(['identifierPartBlank'], (text) =>
    text.replace(
      /(<(?:\w+:)?(?:client|service|securityServer)\b[^>]*>).*?(<\/(?:\w+:)?(?:client|service|securityServer)>)/gs,
      (_, start: string, end: string) => start + identifierParts + end,
    ),
  ),
  'replace-wrong-bodies': forgiving(['bodyInvalid', 'bodyInconsistent'], (text) => {
    const code = /serviceCode>([^<]*)</.exec(text)?.[1] ?? ''
    return text.replace(/(<((?:\w+:)?Body)>).*(<\/\2>)/s, `$1<w:${code} xmlns:w="http://test.x-road.fi/producer"/>$3`)
  }),
  'trim-header-values': reading((text) =>
    inHeader(text, (header) => header.replace(/>[ \t]*([^<\s](?:[^<]*[^<\s])?)[ \t]*</g, '>$1<')),
  ),
  'refuse-byte-order-marks': refusing(/^\xEF\xBB\xBF/, () =>
    fault('xmlMalformed', { line: 1, column: 1, text: 'Content is not allowed in prolog.' }),
  ),
  'require-xml-declaration': refusing(/^(?!(\xEF\xBB\xBF)?<\?xml)/, () => fault('xmlMalformed')),
  'require-optional-fields': refusing(/^(?!.*(userId>.*issue>|issue>.*userId>))/s, () =>
    fault('headerFieldMissing', { field: 'userId' }),
  ),
  'require-order-of-fields': refusing(/protocolVersion\b.*<(\w+:)?client\b/s, () => fault('headerFieldMissing')),
  'require-prefixes': refusing(/<(client|service|id|\w*getRandom) xmlns=/i, () => fault('headerFieldMissing')),
  'match-fields-without-namespace': reading((text) =>
    inHeader(text, (header) => header.replaceAll('urn:not-x-road', 'http://x-road.eu/xsd/xroad.xsd')),
  ),
  'take-messages-for-latin1': changingParts((text) => Buffer.from(text, 'latin1').toString('latin1'), 'utf8'),
  'reformat-requests': changingParts((text) =>
    text
      .replace(/<!--.*?-->/gs, '')
      .replace(/<!\[CDATA\[(.*?)\]\]>/gs, (_, data: string) => data.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
      .replace(/&#(x?)([0-9A-Fa-f]+);/g, (_, hex: string, code: string) =>
        Buffer.from(String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10))).toString('latin1'),
      )
      .replace(/'1'/g, '"1"')
      .replace(/\s+</g, '<'),
  ),
  'drop-extension-headers': changingParts((text) => inHeader(text, (header) => header.replace(extensionFields, ''))),

  'accept-any-content-type': () => ({
    soapContentType: (value) => (isMultipart(value) ? value : 'text/xml; charset=UTF-8'),
  }),
  'accept-one-content-type': () => ({
    soapContentType: (value) => (isMultipart(value) || value === plainXml ? value : 'application/octet-stream'),
  }),
  'accept-any-soap-action': () => ({ checkSoapAction: () => {} }),
  'refuse-soap-actions': () => ({
    checkSoapAction(value) {
      if (value !== '') throw fault('soapActionMalformed', {}, 'client')
    },
  }),
  'drop-soap-action': toProvider((headers) =>
    headers.map(([name, value]) => [name, /^soapaction$/i.test(name) ? '' : value]),
  ),
  'forward-http-headers': toProvider((headers, received) => [
    ...headers,
    ...received.filter(([name]) => /^(x-|authorization$|cookie$)/i.test(name)),
  ]),
  'retype-requests': toProvider((headers) =>
    headers.map(([name, value]) => [name, name === 'Content-Type' ? 'text/xml' : value]),
  ),

  'search-for-soap-part': () => ({
    receivedParts(parts) {
      const isSoap = ({ body }: MessagePart) => body.bytes?.includes('Envelope') === true
      const soapPart = parts.find(isSoap)?.body ?? bodyOf(Buffer.from(`<s:Envelope ${soap}/>`))
      const headers = parts.find(isSoap)?.headers ?? []
      const typed = headers.length > 0 ? headers : ([['Content-Type', plainXml]] as const)
      return [{ headers: typed, body: soapPart }, ...parts.filter((one) => !isSoap(one))]
    },
  }),
  'drop-attachments': () => ({ soapParts: (parts) => parts.slice(0, 1) }),
  'damage-attachments': () => ({
    soapParts: (parts) =>
      parts.map((part, index) => {
        const { bytes } = part.body
        const damaged = bytes && index > 0 ? bodyOf(Buffer.from(`${bytes.toString('utf8')} `)) : part.body
        return { ...part, body: damaged }
      }),
  }),
  'rewrite-part-headers': () => ({
    soapParts: (parts) =>
      parts.map((part) => ({ ...part, headers: part.headers.filter(([name]) => /^content-type$/i.test(name)) })),
  }),

  'retype-answers': () => ({
    soapAnswerType: (type) =>
      isMultipart(type) ? type.replace(/^multipart\/related/i, 'multipart/mixed') : 'application/soap+xml',
  }),
  'reformat-answers': (faithful) => ({
    writeSoapAnswer: (text, hash) =>
      faithful
        .writeSoapAnswer(text, hash)
        .replace(/<!--.*?-->/gs, '')
        .replace(/\s*(<[^>]*>)\s*/g, '$1')
        .replaceAll('&gt;', '>')
        .replace(/[^\x20-\x7e\n]/g, '?'),
  }),
  'keep-hash-of-provider': (faithful) => ({
    writeSoapAnswer: (text, hash) => (text.includes('requestHash') ? text : faithful.writeSoapAnswer(text, hash)),
  }),
  'forward-provider-headers': () => ({
    soapAnswerHeaders: (headers, sent) => [...headers, ...sent.filter(([name]) => /^(x-|set-cookie$)/i.test(name))],
  }),
  'refuse-answers-with-issue': (faithful) => ({
    repeatsRequest: (request, answer) => answer.issue === undefined && faithful.repeatsRequest(request, answer),
  }),
  'skip-answer-comparison': () => ({ repeatsRequest: () => true }),
  'drop-rest-extension-headers': () => ({
    restHeaders: (headers) =>
      headers.filter(([name]) => !/^(x-road-(security-server|represented-party)|authorization)$/i.test(name)),
  }),
  'validate-tokens': reading((text) => {
    if (!isGoodToken(text)) throw fault('internal', { text: 'invalid token' })
    return text
  }),
  'ignore-target-server': (faithful) => ({
    route: (service, _, global, newId) => faithful.route(service, undefined, global, newId),
  }),
}

const soap = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
const plainXml = 'text/xml; charset=UTF-8'
const identifierParts = ['xRoadInstance', 'memberClass', 'memberCode', 'serviceCode', 'serverCode']
  .map((name) => `<w:${name} xmlns:w="http://x-road.eu/xsd/identifiers">unknown</w:${name}>`)
  .join('')
const extensionFields =
  /<((?:\w+:)?(?!(?:client|service|userId|id|issue|protocolVersion|xRoadInstance|memberClass|memberCode|subsystemCode|serviceCode|serviceVersion|Header)\b)\w+)\b[^>]*(?<!\/)>.*?<\/\1>/gs

/** Repairs a message that is refused for one of these reasons, as far as that is possible. */
function forgiving(situations: readonly FaultSituationName[], repair: (text: string) => string): Deviation {
  return reading((text) => {
    for (let tries = 0, repaired = text; tries < 5; tries += 1) {
      const reason = refusalOf(repaired)
      if (reason === undefined) return repaired
      if (!situations.includes(reason)) return tries === 0 ? text : repaired
      repaired = repair(repaired)
    }
    return repair(text)
  })
}

function refusalOf(text: string): FaultSituationName | undefined {
  try {
    parseSoapMessage(Buffer.from(text, 'latin1'))
    return undefined
  } catch (error) {
    if (error instanceof FaultError) return error.situation
    throw error
  }
}

/** Messages are read with changes; in Latin-1, so that other bytes stay as they are. */
function reading(change: (text: string) => string): Deviation {
  return () => ({ receivedPart: (part) => Buffer.from(change(part.toString('latin1')), 'latin1') })
}

function refusing(pattern: RegExp, reason: () => FaultError): Deviation {
  return reading((text) => {
    if (pattern.test(text)) throw reason()
    return text
  })
}

function changingParts(change: (text: string) => string, encoding: BufferEncoding = 'latin1'): Deviation {
  return () => ({ soapPartToProvider: (part) => Buffer.from(change(part.toString('latin1')), encoding) })
}

function toProvider(change: Decisions['soapHeadersToProvider']): Deviation {
  return () => ({ soapHeadersToProvider: change })
}

function inHeader(text: string, change: (header: string) => string): string {
  return text.replace(/(?<=<(?:\w+:)?Header>).*(?=<\/(?:\w+:)?Header>)/s, change)
}

/** Whether the security token of a message, if it has one, is an unexpired JWT by its type and its look. */
function isGoodToken(text: string): boolean {
  if (!text.includes('securityToken')) return true
  const payload = /securityToken[^>]*tokenType="urn:ietf:params:oauth:token-type:jwt"[^>]*>[\w-]+\.([\w-]+)\./.exec(
    text,
  )?.[1]
  return payload !== undefined && !Buffer.from(payload, 'base64url').toString().includes('"exp":1}')
}

function isMultipart(value: string | undefined): value is string {
  return value !== undefined && /^multipart\/related\b.*boundary/i.test(value)
}

function supply(text: string): string {
  const x = 'xmlns:w="http://x-road.eu/xsd/xroad.xsd" xmlns:i="http://x-road.eu/xsd/identifiers"'
  const whole = /<(\w+:)?Header>/.test(text)
    ? text
    : text.replace(/(?=<(\w+:)?Body>)/, `<h:Header xmlns:h="http://schemas.xmlsoap.org/soap/envelope/"></h:Header>`)
  const lacking = [
    ['client', `<w:client ${x} i:objectType="SUBSYSTEM">${identifierParts}</w:client>`],
    ['service', `<w:service ${x} i:objectType="SERVICE">${identifierParts}</w:service>`],
    ['id', `<w:id ${x}>made</w:id>`],
    ['protocolVersion', `<w:protocolVersion ${x}>4.0</w:protocolVersion>`],
  ].filter(([name]) => !new RegExp(`<(\\w+:)?${name}\\b[^>]*>`).test(whole) || whole.includes('urn:not-x-road'))
  const filled = whole.replace(/(?=<\/(\w+:)?Header>)/, lacking.map(([, xml]) => xml).join(''))
  if (/<(\w+:)?Body>/.test(filled)) return filled
  const code = /serviceCode>([^<]*)</.exec(filled)?.[1] ?? ''
  return filled.replace(
    /(?=<\/(\w+:)?Envelope>)/,
    `<b:Body xmlns:b="http://schemas.xmlsoap.org/soap/envelope/"><b:${code}/></b:Body>`,
  )
}

function guessObjectTypes(text: string): string {
  const types = [
    ['client', 'SUBSYSTEM'],
    ['service', 'SERVICE'],
    ['securityServer', 'SERVER'],
  ] as const
  return types.reduce(
    (result, [field, type]) =>
      result.replace(
        new RegExp(`<((?:\\w+:)?${field})\\b[^>]*>`),
        (_, name: string) => `<${name} g:objectType="${type}" xmlns:g="http://x-road.eu/xsd/identifiers">`,
      ),
    text,
  )
}
