import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { keyCacheFolder } from '../../suites/target/key-cache-folder.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { readTopologyFile } from '../topology-file.ts'
import { configurationCommand } from './configuration.ts'

const folder = mkdtempSync(join(tmpdir(), 'roadworthy-configuration-'))
const anchorFile = join(folder, 'anchor.xml')
let environment: RunningEnvironment

beforeAll(async () => {
  environment = await startEnvironment(readTopologyFile(defaultTopologyFile()), { keyCache: keyCacheFolder() })
  const { anchorUrl } = environment.centralServer
  writeFileSync(anchorFile, await (await fetch(anchorUrl.internal)).text())
})

afterAll(async () => {
  await environment.stop()
  rmSync(folder, { recursive: true })
})

async function run(...options: string[]): Promise<{ code: unknown; text: string }> {
  const before = process.exitCode
  let text = ''
  await configurationCommand({ write: (more) => (text += more) }).parseAsync(options, { from: 'user' })
  const { exitCode: code } = process
  process.exitCode = before
  return { code, text }
}

test('0: valid, by anchor file and by the address of the anchor', async () => {
  const { code, text } = await run(anchorFile, '--internal')
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(/^Valid until .*: version 6 of FI-DEV/) })
  const [hash = ''] = execFileSync('openssl', ['dgst', '-sha224', '-r', anchorFile], { encoding: 'utf8' }).split(' ')
  expect(text).toContain(`SHA-224 hash ${hash.toUpperCase().match(/../g)?.join(':')}\n`)
  const { text: json } = await run(environment.centralServer.anchorUrl.external, '--json', '-c', '3')
  expect(JSON.parse(json)).toMatchObject({
    valid: true,
    version: 3,
    parts: [{ identifier: 'SHARED-PARAMETERS' }],
  })
})

test('1: not valid, with the code that a security server has for it', async () => {
  environment.misbehave(['expired-directory'])
  const { code, text } = await run(anchorFile)
  environment.misbehave([])
  expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining('Not valid: global_conf_outdated\n') })
  expect(await run(environment.centralServer.anchorUrl.external, '--internal')).toMatchObject({ code: 1 })
})

test('1: an anchor with a document type or none at all is malformed', async () => {
  const file = join(folder, 'bad.xml')
  for (const xml of ['<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', '<a/>', 'text', '']) {
    writeFileSync(file, xml)
    expect(await run(file)).toMatchObject({ code: 1, text: expect.stringContaining('malformed_anchor') })
  }
})

test('2: an anchor file that is not there', async () => {
  await expect(run(join(folder, 'missing.xml'))).rejects.toThrow(UsageError)
})

test('3: a source that does not answer, or has no such version', async () => {
  const dead = join(folder, 'dead.xml')
  const { host } = new URL(environment.centralServer.httpUrl)
  writeFileSync(
    dead,
    (await (await fetch(environment.centralServer.anchorUrl.internal)).text()).replaceAll(host, '127.0.0.1:9'),
  )
  expect(await run(dead)).toMatchObject({ code: 3, text: expect.stringContaining('cannot be reached') })
  expect(await run(anchorFile, '-c', '9')).toMatchObject({ code: 3, text: expect.stringContaining('status 404') })
})
