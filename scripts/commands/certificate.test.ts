import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type CommandProcess, type EndedCommand, runCommandLine, startCommand } from '../command-process.ts'
import { readPackageFacts } from '../package-facts.ts'
import { certificateCommand } from './certificate.ts'

// Each command is a process of its own, and takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const client = 'FI-DEV/GOV/0245437-2/TestClient'
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-certificate-'))
const inFolder = (...names: string[]) => join(folder, ...names)
const minimal = readFileSync(join(readPackageFacts().root, 'fixtures', 'topologies', 'minimal.yaml'), 'utf8')
let environment: CommandProcess

beforeAll(async () => {
  const newcomer = 'certificates:\n  newcomer: { subject: { CN: Newcomer } }\n'
  writeFileSync(inFolder('topology.yaml'), minimal.replace('certificates:\n', newcomer))
  environment = startCommand(['up', '--topology', 'topology.yaml', '--json'], folder)
  await environment.printed('\n')
}, 30_000)

afterAll(async () => {
  environment.kill('SIGTERM')
  await environment.ended
  rmSync(folder, { recursive: true })
})

function certificate(...args: string[]): Promise<EndedCommand> {
  return runCommandLine(['certificate', ...args], folder)
}

test('a certificate is added, seen by its hashes, and removed', async () => {
  const file = inFolder('.roadworthy', 'newcomer.crt.pem')
  const { fingerprint256, fingerprint } = new X509Certificate(readFileSync(file))
  const shown = `  SHA-256 ${fingerprint256}\n    SHA-1 ${fingerprint}\n`

  const added = await certificate('add', '--client', client, '--file', file)
  expect(added).toMatchObject({ code: 0, stderr: '' })
  expect(added.stdout.endsWith(shown)).toBe(true)
  expect(await certificate('list', '--client', client)).toEqual(added)

  const again = await certificate('add', '--client', client, '--file', file)
  expect(again).toEqual({ code: 2, stdout: '', stderr: `${client} lists this certificate already\n` })

  const removed = await certificate('remove', '--client', client, '--sha256', fingerprint256)
  expect(removed).toEqual({ ...added, stdout: added.stdout.replace(shown, '') })
})

test("a server's internal certificate is exported", async () => {
  const presented = readFileSync(inFolder('.roadworthy', 'server-ss1.crt.pem'), 'utf8')
  expect(await certificate('export', '--server', 'ss1')).toMatchObject({ code: 0, stdout: presented })
  expect(await certificate('export', '--server', 'ss1', '--out', 'internal.pem')).toMatchObject({ code: 0, stdout: '' })
  expect(readFileSync(inFolder('internal.pem'), 'utf8')).toBe(presented)
})

const add = ['add', '--client', client, '--file']

test.for([
  [[...add, inFolder('missing.pem')], 'missing.pem (there is none)'],
  [[...add, inFolder('topology.yaml')], 'topology.yaml holds no certificate in PEM form'],
  [[...add, inFolder('certificate.der')], 'certificate.der is DER, not PEM; convert it: openssl x509 -inform DER'],
  [['list', '--client', `${client}s`], `has a client ${client}s; did you mean ${client}?`],
  [['list', '--client', client, '--server', 'ss9'], 'no security server has the code "ss9"; write one of ss1'],
  [['remove', '--client', client, '--sha256', '00ff'], 'lists no certificate with the SHA-256 00ff'],
  [['export', '--server', 'ss9'], 'no security server runs as "ss9"; write one of ss1'],
  [['export', '--server', 'ss1', '--out', inFolder('no', 'such.pem')], 'no/such.pem (its folder does not exist)'],
] as const)('%j is refused', async ([args, message]) => {
  const { raw } = new X509Certificate(readFileSync(inFolder('.roadworthy', 'newcomer.crt.pem')))
  writeFileSync(inFolder('certificate.der'), raw)
  const refused = certificateCommand().parseAsync([...args, '--directory', inFolder('.roadworthy')], { from: 'user' })
  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toThrow(message)
})

test.for([
  [[], "error: required option '-c, --client <path>' not specified\n"],
  [['--client', client, '--nope'], "error: unknown option '--nope'\n"],
  [['--client', 'FI-DEV'], 'no security server here has a client FI-DEV; "roadworthy up" lists those there are\n'],
] as const)('2: list %j', async ([args, stderr]) => {
  expect(await certificate('list', ...args)).toEqual({ code: 2, stdout: '', stderr })
})

test('3: nothing runs', async () => {
  const { code, stderr } = await certificate('list', '--client', client, '--directory', 'else where')
  expect(stderr).toMatch(/^nothing runs with the folder .*; start it with: roadworthy up --directory '.*else where'\n$/)
  expect(code).toBe(3)
})

// The last one, as it leaves another certificate behind.
test("a server's internal certificate is replaced while it runs, by one that fits its key", async () => {
  const [file, key] = [inFolder('.roadworthy', 'newcomer.crt.pem'), inFolder('.roadworthy', 'newcomer.key.pem')]
  const wrong = inFolder('.roadworthy', 'test-client.key.pem')
  expect(await certificate('replace', '--server', 'ss1', '--file', file, '--key', wrong)).toMatchObject({
    code: 2,
    stderr: `The key in ${wrong} does not fit the certificate in ${file}; name the key that the certificate was made with.\n`,
  })
  expect(await certificate('replace', '--server', 'ss1', '--file', file, '--key', key)).toMatchObject({ code: 0 })
  expect((await certificate('export', '--server', 'ss1')).stdout).toBe(readFileSync(file, 'utf8'))
})
