import { afterAll, beforeAll, expect, test } from 'vitest'
import { requireProfile } from '../../fixtures/require-profile.ts'
import { makeSelfSigned } from '../../suites/client/self-signed.ts'
import { readAnchor } from '../../suites/configuration/configuration-anchor.ts'
import { type DirectoryChange, type OwnSource, startOwnSource } from '../../suites/configuration/own-source.ts'
import { unreadableAuthorities } from '../../suites/configuration/unreadable-authorities.ts'
import { verifyConfiguration } from '../../suites/configuration/verify-configuration.ts'
import { configurationClient } from './configuration-client.ts'

let source: OwnSource

beforeAll(async () => {
  const runner = { listen: '127.0.0.1', host: '127.0.0.1' }
  source = await startOwnSource({ runner, profile: requireProfile('7.8') }, makeSelfSigned('signer'))
})

afterAll(() => source?.[Symbol.asyncDispose]())

const readers = {
  async 'the client of the mock'() {
    const client = configurationClient({ anchor: async () => source.anchor })
    const { configuration, failures } = await client.refresh()
    if (configuration === undefined) return failures.at(-1)?.code
    return client.isValid() ? 'valid' : 'global_conf_outdated'
  },
  'the verifier from outside': () =>
    verifyConfiguration(readAnchor(Buffer.from(source.anchor)), { internal: true }).then(
      () => 'valid',
      ({ code }: { readonly code?: string }) => code,
    ),
}

const parts: readonly (readonly [string, DirectoryChange, string, path?: string])[] = [
  ['as they should be, of an authority whose certificate is none', (text) => text, 'valid', '/V4/shared-params.xml'],
  [
    'behind dots in a path from the root',
    (text) => text.replace('/V4/shared', '/V4/../V4/shared'),
    'valid',
    '/V4/../V4/shared-params.xml',
  ],
  ['above the root', (text) => text.replace('/V4/shared', '../V4/shared'), 'valid', '/../V4/shared-params.xml'],
  ['behind dots that lead nowhere', (text) => text.replace('/V4/shared', 'a/../V4/shared'), 'valid'],
  ['with an identifier in lower case', (text) => text.replace('SHARED-PARAMETERS', 'shared-parameters'), 'valid'],
  [
    'with an identifier in lower case and another name',
    (text) => text.replace('SHARED-PARAMETERS', 'shared-parameters').replace('/V4/s', '/V4/./../V4/s?'),
    'global_conf_part_download_failure',
  ],
  [
    'with an identifier in lower case, and called otherwise',
    (text) =>
      text
        .replace('Content-identifier: SHARED-PARAMETERS', 'Content-file-name: x\r\n$&')
        .replace('SHARED-P', 'shared-p'),
    'global_conf_outdated',
  ],
  [
    'where others have their name last',
    (text) =>
      text
        .replace('PRIVATE-PARAMETERS', 'OTHER')
        .replace('Content-identifier: OTHER', 'Content-file-name: shared-params.xml\r\n$&'),
    'global_conf_outdated',
  ],
  [
    'with a folder for a name',
    (text) =>
      text
        .replace('Content-identifier: SHARED-PARAMETERS', 'Content-file-name: ..\r\n$&')
        .replace('SHARED-P', 'shared-p'),
    'global_conf_part_file_save_failure',
  ],
  [
    'with a hash in lower case',
    (text) => text.replace(/[A-Za-z0-9+/]{86}==/, (hash) => hash.toLowerCase()),
    'global_conf_part_downloaded_file_integrity_failure',
  ],
]

test('an authority whose certificate is none is named', async () => {
  source.answerWith(undefined)
  const verified = await verifyConfiguration(readAnchor(Buffer.from(source.anchor)))
  expect(unreadableAuthorities(verified)).toEqual(['CA'])
})

for (const [reader, read] of Object.entries(readers)) {
  test.for(parts)(`${reader} finds parts %s`, async ([, change, outcome, path]) => {
    source.answerWith(change)
    const before = source.asked.length
    expect(await read()).toBe(outcome)
    if (path !== undefined) expect(source.asked.slice(before)).toContain(`http ${path}`)
  })
}
