import { expect, test } from 'vitest'
import { parseClientPath } from '../../fixtures/identifiers.ts'
import { writeEnvelope } from '../../suites/client/soap-envelope.ts'
import { writeSoapAnswer } from './write-soap-answer.ts'
import { readXml } from './xml-reader.ts'

const namespaces = 'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd"'
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const algorithm = 'algorithmId="http://www.w3.org/2001/04/xmlenc#sha512"'

test.for([
  [
    'puts the hash behind the id, with its prefix and attributes, and the indentation of the header',
    '<e:Header>\n  <x:id a="1">7</x:id>\n</e:Header>',
    `<e:Header>\n  <x:id a="1">7</x:id>\n  <x:requestHash a="1" ${algorithm}>HASH</x:requestHash>\n</e:Header>`,
  ],
  [
    'takes the element of an older hash away',
    '<e:Header><x:requestHash>OLD</x:requestHash><x:id>7</x:id></e:Header>',
    `<e:Header>OLD<x:id>7</x:id><x:requestHash ${algorithm}>HASH</x:requestHash></e:Header>`,
  ],
  [
    'leaves an id in the body alone',
    "<e:Body><?pi x?><x:id b='\"'/><a><!-- c -->&#65;&amp;<![CDATA[<]]>\r\n</a></e:Body>",
    '<e:Body><x:id b="&quot;"></x:id><a><!-- c -->&#65;&amp;<![CDATA[<]]>\n</a></e:Body>',
  ],
] as const)('%s', ([, content, expected]) => {
  const answer = writeSoapAnswer(`<e:Envelope ${namespaces}>${content}</e:Envelope>`, 'HASH')
  expect(answer).toBe(`${declaration}<e:Envelope ${namespaces}>${expected}</e:Envelope>\n`)
})

test('what it writes is well-formed and, written again without a hash, the same', () => {
  const client = parseClientPath('FI/GOV/1/<&">')
  if (client === undefined) throw new Error('not the path of a client')
  const envelope = writeEnvelope({ client, service: { kind: 'service', provider: client, serviceCode: 's' }, id: "&'" })
  const written = writeSoapAnswer(envelope, undefined)
  readXml(written, {})
  expect(writeSoapAnswer(written, undefined)).toBe(written)
})
