import { expect, test } from 'vitest'
import { wsdlDocument } from './wsdl-document.ts'

test('a WSDL is written anew with the addresses of its SOAP 1.1 ports replaced', () => {
  const wsdl = `<?xml version='1.0'?>
<!-- kept --><definitions name='a"b' xmlns='http://schemas.xmlsoap.org/wsdl/'><documentation><![CDATA[a < b]]> &amp; c</documentation>
<s:address xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" location="http://internal.example/"></s:address>
<t:address xmlns:t="http://schemas.xmlsoap.org/wsdl/soap12/" location="http://internal.example/"/></definitions>`
  expect(wsdlDocument(Buffer.from(wsdl))).toBe(
    `<?xml version="1.0" encoding="UTF-8"?><!-- kept --><definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name="a&quot;b">` +
      `<documentation>a &lt; b &amp; c</documentation>
<s:address xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" location="http://example.org/xroad-endpoint"/>
<t:address xmlns:t="http://schemas.xmlsoap.org/wsdl/soap12/" location="http://internal.example/"/></definitions>`,
  )
})

test('processing instructions of a WSDL stay, before, within and behind its root', () => {
  const wsdl = '<?style a="b"?><definitions><?note?><types/></definitions><?end of it?>'
  expect(wsdlDocument(Buffer.from(wsdl))).toBe(`<?xml version="1.0" encoding="UTF-8"?>${wsdl}`)
})

test.each([
  ['descriptionEmpty', ''],
  ['descriptionMalformed', '<a><b></a>'],
  ['descriptionMalformed', '<!DOCTYPE a><a/>'],
])('%s: %s', (situation, text) => {
  expect(() => wsdlDocument(Buffer.from(text))).toThrow(expect.objectContaining({ situation }))
})
