import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bindingsSchema } from '../fixtures/bindings.ts'
import { bindingsFileSchema, readBindingsFile } from './bindings-file.ts'
import { readYamlFile } from './yaml-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-'))
const file = join(folder, 'bindings.yaml')
const example = join(import.meta.dirname, '../fixtures/bindings.example.yaml')
const topology = join(import.meta.dirname, '../fixtures/topologies/fi-dev.yaml')

beforeAll(() => {
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  for (const name of ['one', 'other']) {
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
    execFileSync('openssl', ['req', '-x509', ...options, '-subj', `/CN=${name}`, ...files], { stdio: 'ignore' })
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(contents: string, env: Record<string, string> = {}): ReturnType<typeof readBindingsFile> {
  writeFileSync(file, `topology: ${topology}\n${contents}`)
  return readBindingsFile(file, env)
}

function content(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

test('addresses, files beside the bindings and PEM texts of the environment are bound', () => {
  const { bindings, topology } = read(
    `servers: { ss1: { https: 'https://ss1.test/', trustFile: other.pem } }
identities: { test-client: { certificateFile: one.pem, keyFile: 'env:KEY' }, stranger: { certificateFile: other.pem } }
addresses: { test-services.http: 'http://systems.test/' }
services:
  FI-DEV/GOV/0245437-2/TestService/getRandom/v1: { url: 'https://ours.test/', trustFile: one.pem, certificate: test-client }`,
    { KEY: content('one.key') },
  )
  expect(bindingsSchema.parse(bindings)).toEqual({
    servers: { ss1: { https: 'https://ss1.test/', trust: content('other.pem') } },
    identities: {
      'test-client': { certificate: content('one.pem'), key: content('one.key') },
      stranger: { certificate: content('other.pem') },
    },
    addresses: { 'test-services.http': 'http://systems.test/' },
    services: {
      'FI-DEV/GOV/0245437-2/TestService/getRandom/v1': {
        url: 'https://ours.test/',
        trust: content('one.pem'),
        certificate: 'test-client',
      },
    },
  })
  expect(topology.instance).toBe('FI-DEV')
})

test.for([
  ['an unknown server', 'servers: { ss: { http: "http://a/" } }', '2:12: the topology has no server "ss"; write ss1'],
  ['no address', 'servers: { ss1: {} }', '2:12: "ss1" has no address; write http, https or both'],
  [
    'http on the https port',
    'servers: { ss1: { https: "http://a/" } }',
    '2:19: "http://a/" does not fit; write a URL such as https://ss1.example.org/',
  ],
  [
    'an unknown identity',
    'servers: {}\nidentities: { test-cilent: { certificateFile: one.pem } }',
    '3:15: the topology has no certificate "test-cilent"; write test-client',
  ],
  [
    'a missing file',
    'servers: {}\nidentities: { test-client: { certificateFile: no.pem } }',
    '3:30: "no.pem" cannot be read; write a PEM file relative to this file, or env:NAME',
  ],
  [
    'a missing variable',
    'servers: {}\nidentities: { test-client: { certificateFile: one.pem, keyFile: "env:KEY" } }',
    '3:56: the environment has no KEY; set it to a PEM text',
  ],
  [
    'the key of another certificate',
    'servers: {}\nidentities: { test-client: { certificateFile: one.pem, keyFile: other.key } }',
    '3:56: the key does not fit the certificate; write the key it was made with',
  ],
  [
    'a certificate for a key',
    'servers: {}\nidentities: { test-client: { certificateFile: one.pem, keyFile: one.pem } }',
    '3:56: this holds no usable key; write a PEM private key without passphrase',
  ],
  [
    'something else for a certificate',
    'servers: {}\nidentities: { test-client: { certificateFile: bindings.yaml } }',
    '3:30: this holds no certificate; write a PEM certificate',
  ],
  [
    'an unknown service',
    'services: { FI-DEV/GOV/0245437-2/TestService/getRandom/v9: {} }',
    '2:13: the topology has no service "FI-DEV/GOV/0245437-2/TestService/getRandom/v9"; write FI-DEV/GOV/0245437-2/TestService/getRandom/v1',
  ],
  [
    'a caller without a key',
    'services: { FI-DEV/GOV/0245437-2/TestService/getRandom/v1: { certificate: test-client } }',
    '2:62: nothing here has the key of "test-client"; write it under identities, with certificateFile and keyFile',
  ],
] as const)('%s is refused', ([, contents, message]) => {
  expect(() => read(contents)).toThrow(expect.objectContaining({ name: 'UsageError', message: `${file}:${message}` }))
})

test('the example follows the schema', () => {
  expect(bindingsFileSchema.safeParse(readYamlFile(example, 'bindings').value).error).toBeUndefined()
})
