import { expect, test } from 'vitest'
import { parseXml, type XmlElement } from './xml.ts'
import { declaredElement, sampleOf, schemaProblems } from './xml-schema.ts'

const schema =
  read(`<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" elementFormDefault="qualified">
  <s:element name="permit"><s:complexType><s:sequence>
    <s:element name="number" type="s:int"/>
    <s:element name="holder" type="t:person" maxOccurs="unbounded"/>
    <s:choice minOccurs="0"><s:element name="day" type="s:date"/><s:element ref="t:always"/></s:choice>
  </s:sequence></s:complexType></s:element>
  <s:element name="always"/>
  <s:complexType name="person"><s:sequence>
    <s:element name="name" type="s:string"/><s:element name="age" form="unqualified" minOccurs="0"/>
  </s:sequence></s:complexType>
</s:schema>`)
const permit = declaredElement([schema], 'permit') ?? expect.unreachable()

function read(xml: string): XmlElement {
  return parseXml(xml) ?? expect.unreachable(`no XML: ${xml}`)
}

function problemsOf(content: string): string[] {
  return schemaProblems(permit, read(`<permit xmlns="urn:t">${content}</permit>`))
}

test.for([
  ['<number>1</number><holder><name>A</name></holder>', []],
  ['<number>1</number><holder><name>A</name></holder><holder><name>B</name><age xmlns="">7</age></holder>', []],
  ['<number>1</number><holder><name>A</name></holder><day>2026-01-01</day>', []],
  ['<number>1</number><holder><name>A</name></holder><always/>', []],
  ['<holder><name>A</name></holder>', ['<permit> lacks an element, or has it in another place']],
  ['<number>1</number>', ['<permit> lacks an element, or has it in another place']],
  ['<number xmlns="">1</number><holder/>', ['<permit> lacks an element, or has it in another place']],
  ['<number><x/></number><holder><name>A</name></holder>', ['<number> has elements inside']],
  ['<number>1</number><holder/>', ['<holder> lacks an element, or has it in another place']],
  ['<number>1</number><holder><name>A</name></holder><day/><always/>', ['<permit> has an unexpected <always>']],
  ['<number>1</number><holder><name>A</name><age>7</age></holder>', ['<holder> has an unexpected <age>']],
] as const)('%s', ([content, problems]) => {
  expect(problemsOf(content)).toEqual(problems)
})

test('another element is not what is declared', () => {
  expect(schemaProblems(permit, read('<permit/>'))).toEqual(['<permit> of "" is not what is declared'])
})

test('a sample is as declared', () => {
  expect(sampleOf(permit)).toContain('<number xmlns="urn:t">1</number>')
  expect(schemaProblems(permit, read(sampleOf(permit)))).toEqual([])
})
