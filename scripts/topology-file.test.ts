import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { UsageError } from '../fixtures/usage-error.ts'
import { readTopologyFile } from './topology-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const topologies = join(import.meta.dirname, '../fixtures/topologies')

const start = `instance: FI-DEV
memberClasses: [GOV]
members: [{ id: FI-DEV/GOV/0245437-2, name: Testivirasto }]
`
const server = `${start}servers:
  - code: ss1
    owner: FI-DEV/GOV/0245437-2
    clients:
`

test.for(readdirSync(topologies).filter((name) => name.endsWith('.yaml')))('%s is a topology', (name) => {
  expect(readTopologyFile(join(topologies, name)).instance).toBe('FI-DEV')
})

/** What the reader says about a file with these contents, the file's own name left out. */
function refusal(contents: string | Uint8Array): string {
  const file = join(folder, 'topology.yaml')
  writeFileSync(file, contents)
  try {
    readTopologyFile(file)
  } catch (error) {
    if (error instanceof UsageError) return error.message.replaceAll(file, 'FILE')
    throw error
  }
  return 'accepted'
}

test.for([
  ['an empty file', '# nothing\n', 'FILE:1:1: the file is empty; write the topology in it'],
  ['a list', '- 1', 'FILE:1:1: a list stands here; write a mapping'],
  ['several documents', `${start}---\na: 1\n`, 'FILE:4:1: a second document begins here; write one document per file'],
  ['a key twice', 'instance: A\ninstance: B\n', 'FILE:2:1: this key stands here twice; leave one out'],
  ['a tab', 'servers:\n\t- code: ss1', 'FILE:2:1: a tab stands here; indent with spaces'],
  ['a tag', 'instance: !!js/function x', 'FILE:1:11: a tag stands here; leave it out'],
  ['an unknown alias', 'instance: *x', 'FILE:1:11: nothing before this is named "&x"; write it out here'],
  ['an alias inside itself', 'members: &x [*x]', 'FILE:1:14: aliases repeat too much here; write fewer of them'],
  ['deep nesting', '['.repeat(50_000), 'FILE:1:1: the file is nested too deeply; write it flatter'],
  ['Latin-1', new Uint8Array([0x61, 0xe4]), 'FILE: this is not UTF-8 text; save it as UTF-8'],
  ['an oversized file', ' '.repeat(10 * 1024 * 1024 + 1), 'FILE: the file is larger than 10 MiB; write less in it'],
  ['a number for text', `${server.replace('ss1', '1')}      []`, "FILE:5:5: 1 is not text; write it in quotes: '1'"],
  [
    'a mistyped key',
    `${server}      - { id: FI-DEV/GOV/0245437-2/A, conectionType: HTTP }`,
    'FILE:8:39: unknown key "conectionType"; write "connectionType"',
  ],
  [
    'a mistyped value',
    `${server}      - { id: FI-DEV/GOV/0245437-2/A, connectionType: HTPS }`,
    'FILE:8:39: "HTPS" is not known here; write "HTTPS"',
  ],
  [
    'an unknown reference',
    `${server}      - { id: FI-DEV/GOV/0245437-2/A, certificates: [mine] }`,
    'FILE:8:54: no certificate is named "mine"; define it under certificates',
  ],
  [
    'a duplicate id',
    `${server}      - { id: FI-DEV/GOV/0245437-2/A }\n      - { id: FI-DEV/GOV/0245437-2/A }`,
    'FILE:9:11: client "FI-DEV/GOV/0245437-2/A" stands here twice; leave one out',
  ],
] as const)('%s is refused', ([, contents, message]) => {
  expect(refusal(contents)).toBe(message)
})

test('a syntax error names its line', () => {
  expect(refusal('instance: [1\nmembers: 2\n')).toMatch(/^FILE:2:1: this is not YAML \(.*\); correct it$/m)
})

test('aliases of aliases do not explode', () => {
  const lines = ['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]']
  for (const [at, name] of [...'bcdefghijkl'].entries()) {
    lines.push(`${name}: &${name} [${Array(10).fill(`*${'abcdefghijkl'[at]}`)}]`)
  }
  expect(refusal(lines.join('\n'))).toMatch(/: aliases repeat too much here; write fewer of them$/)
})

test('several mistakes stand on a line each, in the order of the file', () => {
  expect(refusal(`${start}servers: [{ code: ss1, ownr: A, listen: { http: 70000 } }]`)).toBe(
    [
      'FILE:4:11: "owner" is missing; write it as text',
      'FILE:4:24: unknown key "ownr"; write "owner"',
      'FILE:4:43: 70000 is too large; write at most 65535',
    ].join('\n'),
  )
})

test('a mistake behind an anchor is told once, where it stands', () => {
  const client = (name: string, rest: string): string => `      - { id: FI-DEV/GOV/0245437-2/${name}, ${rest} }\n`
  expect(refusal(server + client('A', 'certificates: &list [mine]') + client('B', 'certificates: *list'))).toBe(
    'FILE:8:60: no certificate is named "mine"; define it under certificates',
  )
})

test('a file that is not there is named', () => {
  const file = join(folder, 'none.yaml')
  expect(() => readTopologyFile(file)).toThrow(`${file}: the file cannot be read (there is none); name a topology file`)
  expect(() => readTopologyFile(folder)).toThrow(`${folder}: this is not a file; name a topology file`)
})
