import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startEnvironment } from '../mocks/environment.ts'
import { keyCacheFolder } from '../suites/target/key-cache-folder.ts'
import { type EndedCommand, startCommand } from './command-process.ts'
import { defaultTopologyFile, readPackageFacts } from './package-facts.ts'
import { readTopologyFile } from './topology-file.ts'

// The guide for those who offer services, followed to the letter; the test services play the provider that it judges.
const guide = readFileSync(join(readPackageFacts().root, 'docs', 'providers.md'), 'utf8')
const files = [...guide.matchAll(/^```yaml\n# (\S+)\n([\s\S]*?)^```$/gm)]
const [, words = ''] = /^```sh\nnpx roadworthy (.*)\n```$/m.exec(guide) ?? []
const folder = mkdtempSync(join(tmpdir(), 'roadworthy-provider-'))

const topology = readTopologyFile(defaultTopologyFile())
const environment = await startEnvironment(topology, { keyCache: keyCacheFolder() })
const { addresses, identities } = environment.bindings

afterAll(async () => {
  await environment.stop()
  rmSync(folder, { recursive: true })
})

/** Runs the command of the guide beside its files, with another address and whatever else is changed. */
function follow(address: string, change: (text: string) => string = (text) => text): Promise<EndedCommand> {
  for (const [, name = '', text = ''] of files) {
    writeFileSync(join(folder, name), change(text.replace('http://localhost:8080', address)))
  }
  return startCommand(words.split(' '), folder).ended
}

function passed({ stderr }: EndedCommand): number {
  return Number(/FI-DEV conforms: (\d+) of/.exec(stderr)?.[1])
}

test('a provider that does as it should conforms, and only what it offers is judged', async () => {
  const done = await follow(addresses['test-services.http'] ?? '')
  expect(passed(done)).toBeGreaterThan(30)
  expect(done.code, done.stderr).toBe(0)
})

test('a provider that makes a mistake does not', async () => {
  environment.misbehave(['provider-drops-user'])
  const { code, stderr } = await follow(addresses['test-services.http'] ?? '')
  environment.misbehave([])
  expect(stderr).toContain('FAILED information system repeats every header field')
  expect(code).toBe(1)
})

test('a provider that is called over https is known by its certificate', async () => {
  const { certificate = '', key = '' } = identities['test-client'] ?? {}
  writeFileSync(join(folder, 'caller.pem'), certificate)
  writeFileSync(join(folder, 'caller.key'), key, { mode: 0o600 })
  const secure = (trust: string) => {
    writeFileSync(join(folder, 'trust.pem'), trust)
    return follow(addresses['test-services.https'] ?? '', (text) =>
      text
        .replace('instance:', 'certificates: { caller: {} }\ninstance:')
        .replaceAll('ours.http', 'ours.https')
        .replaceAll('    question:', '    certificate: caller\n    trustFile: trust.pem\n    question:')
        .replace(
          /^services:/m,
          'identities: { caller: { certificateFile: caller.pem, keyFile: caller.key } }\nservices:',
        ),
    )
  }
  const plain = await follow(addresses['test-services.http'] ?? '')
  const trusted = await secure(identities['test-services']?.certificate ?? '')
  expect(trusted.code, trusted.stderr).toBe(0)
  // What is judged of TLS comes on top.
  expect(passed(trusted)).toBe(passed(plain) + 2)
  expect(await secure(certificate)).toMatchObject({ code: 3, stderr: expect.stringContaining('fails on our side') })
})

test('an address at which nobody is says so', async () => {
  const { code, stderr } = await follow('http://127.0.0.1:1')
  expect(stderr).toContain('Nothing answers at http://127.0.0.1:1')
  expect(code).toBe(3)
})
