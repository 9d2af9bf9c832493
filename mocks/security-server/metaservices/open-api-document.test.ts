import { expect, test } from 'vitest'
import { FaultError } from '../../fault/fault.ts'
import { openApiDocument } from './open-api-document.ts'

const url = 'http://provider.example/openapi.yaml'

test('strings are quoted, names only where they could be something else, lists stand below their name', () => {
  const text = `{openapi: 3.1.0, "200": yes, on: [[1, {}], [], {a: [x]}], "x: y": ~, "it's": 'q"', '*': "", -x: 0x1F}`
  expect(openApiDocument(text, url, 'yaml')).toBe(`---
openapi: "3.1.0"
"200": true
"on":
- - 1
  - {}
- []
- a:
  - "x"
'x: y': null
it's: "q\\""
'*': ""
"-x": 31
`)
})

test('numbers are written as Java writes them, times and versions stay strings', () => {
  const text =
    'a: 1.0\nb: 12_000\nc: 1e7\nd: 0.00012\ne: 017\nf: 10:30\ng: 1.2.3\nh: 2024-01-01\ni: 98765432109876543210'
  expect(openApiDocument(text, url, 'yaml')).toBe(`---
a: 1.0
b: 12000
c: 1.0E7
d: 1.2E-4
e: 15
f: "10:30"
g: "1.2.3"
h: "2024-01-01"
i: 98765432109876543210
`)
})

test('a long string is folded, the blank at the fold kept behind a backslash', () => {
  const words = 'palvelu '.repeat(12).trim()
  expect(openApiDocument(`info: {description: "${words}"}`, url, 'yaml')).toBe(`---
info:
  description: "palvelu palvelu palvelu palvelu palvelu palvelu palvelu palvelu palvelu\\
    \\ palvelu palvelu palvelu"
`)
})

test('JSON keeps the order of members that look like numbers', () => {
  const text = '{"b": 1.0, "200": {"x": [null, true, "\\u00e4\\/"]}, "1": -0.5e3, "b": "again"}'
  expect(openApiDocument(text, url, 'json')).toBe('{"b":"again","200":{"x":[null,true,"ä/"]},"1":-500.0}')
})

test.each([
  ['http://internal.example:8081/a%20b/c?x=1', '"/a b/c"'],
  ['https://internal.example', '""'],
  ['mailto:a@b.example', 'null'],
  ['https://{tenant}.example/{base}', '"https://{tenant}.example/{base}"'],
])('the address %s of a server becomes %s', (address, expected) => {
  const text = JSON.stringify({ openapi: '3.0.3', servers: [{ url: address }] })
  expect(openApiDocument(text, url, 'json')).toBe(`{"openapi":"3.0.3","servers":[{"url":${expected}}]}`)
})

test.each([
  ['openApiUnreadable', '{"a": }'],
  ['openApiUnreadable', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['openApiVersion', '{"openapi": 3.0}'],
  ['openApiVersion', '{"openapi": "2.0"}'],
  ['openApiServerUrl', '{"servers": [{"url": "http://{host/"}]}'],
  ['openApiServerUrl', '{"servers": [{"url": "http://host/a b"}]}'],
])('%s: %.40s', (situation, text) => {
  expect(() => openApiDocument(text, url, 'json')).toThrow(
    expect.objectContaining({ name: FaultError.name, situation }),
  )
})

test('a YAML document that refers to itself is not followed', () => {
  expect(openApiDocument('a: &x [1]\nb: *x\n<<: *x', url, 'yaml')).toBe('---\na:\n- 1\nb: "x"\n<<: "x"\n')
})
