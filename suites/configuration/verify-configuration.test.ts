import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configurationVersions } from '../../fixtures/configuration-version.ts'
import { controlClient } from '../client/control-client.ts'
import { type PreparedTarget, startInProcess } from '../target/in-process.ts'
import { type ConfigurationAnchor, readAnchor } from './configuration-anchor.ts'
import { download } from './download.ts'
import { exampleTopology } from './example-topology.ts'
import { SourceUnreachable, type VerificationOptions, verifyConfiguration } from './verify-configuration.ts'

let prepared: PreparedTarget

beforeAll(async () => {
  prepared = await startInProcess({ topology: exampleTopology })
})

afterAll(() => prepared[Symbol.asyncDispose]())

async function anchor(): Promise<ConfigurationAnchor> {
  const { centralServer } = prepared.description.bindings
  return readAnchor((await download(centralServer?.internalAnchor ?? '')).body)
}

async function withMisbehaviour<T>(name: string, act: () => Promise<T>): Promise<T> {
  const { control } = prepared.description.bindings
  if (control === undefined) throw new Error('in-process targets have a control interface')
  await controlClient(control).misbehave([name])
  try {
    return await act()
  } finally {
    await controlClient(control).misbehave([])
  }
}

for (const version of configurationVersions) {
  test(`a faithful configuration of version ${version} is valid`, async () => {
    const verified = await verifyConfiguration(await anchor(), { version, internal: true })
    expect(verified).toMatchObject({ version, files: expect.objectContaining({ length: 4 }) })
  })
}

test('ten thousand members are published and valid', async () => {
  const members = Array.from({ length: 10_000 }, (_, n) => ({ id: `FI-DEV/COM/${n}`, name: `Yritys ${n}` }))
  const clients = members.map(({ id }) => ({ id: `${id}/App` }))
  const servers = [{ code: 'ss1', owner: 'FI-DEV/COM/0', clients }]
  await using large = await startInProcess({
    topology: { instance: 'FI-DEV', memberClasses: ['COM'], members, servers },
  })
  const { centralServer } = large.description.bindings
  const { files } = await verifyConfiguration(readAnchor((await download(centralServer?.internalAnchor ?? '')).body))
  expect(files[0]?.bytes.toString().match(/<member id/g)).toHaveLength(10_000)
})

test('without a version the newest is taken', async () => {
  expect(await verifyConfiguration(await anchor())).toMatchObject({ version: 6 })
})

test.for([
  ['expired-directory', 'global_conf_outdated'],
  ['local-expire-date', 'internal_error'],
  ['sign-with-unlisted-key', 'global_conf_missing_verification_cert'],
  ['sign-directory-header', 'global_conf_signature_verification_failure'],
  ['stale-part-hash', 'global_conf_part_downloaded_file_integrity_failure'],
  ['charset-on-parts', 'global_conf_header_field_wrong_value'],
  ['charset-on-signature', 'global_conf_header_field_wrong_value'],
  ['certificate-hash-without-algorithm', 'global_conf_header_field_missing_parameter'],
  ['omit-instance-parameter', 'global_conf_header_field_missing_parameter'],
  ['signature-algorithm-by-name', 'internal_error'],
  ['hash-algorithm-by-name', 'internal_error'],
  ['gzip-configuration', 'global_conf_missing_signed_data_expiration_date'],
  ['third-part', 'global_conf_header_field_wrong_value'],
  ['lose-optional-parts', 'global_conf_part_download_failure'],
  ['groups-before-servers', 'malformed_global_conf'],
  ['dangling-references', 'malformed_global_conf'],
  ['other-instance-parameter', 'global_conf_part_invalid_instance_identifier'],
  ['download-uri-in-anchor', 'malformed_anchor'],
] as const)('%s is %s', async ([misbehaviour, code]) => {
  const verifying = withMisbehaviour(misbehaviour, async () => verifyConfiguration(await anchor()))
  await expect(verifying).rejects.toMatchObject({ name: 'ConfigurationProblem', code })
})

test('a configuration of another instance than that of the anchor would never be used', async () => {
  const other = { ...(await anchor()), instance: 'OTHER' }
  await expect(verifyConfiguration(other)).rejects.toMatchObject({ code: 'global_conf_outdated' })
})

test('an anchor with addresses of HTTPS only names no source', async () => {
  const { instance, sources } = await anchor()
  const secure = { instance, sources: sources.filter(({ url }) => url.startsWith('https:')) }
  await expect(verifyConfiguration(secure)).rejects.toMatchObject({ code: 'anchor_without_location' })
})

test('the second source is asked when the first cannot be reached', async () => {
  const { instance, sources } = await anchor()
  const dead = { url: 'http://127.0.0.1:9/internalconf', certificates: [] }
  expect(await verifyConfiguration({ instance, sources: [dead, ...sources] })).toMatchObject({ version: 6 })
})

/** Verifies what a source of our own answers. */
async function verifyAnswers(listener: RequestListener, options: VerificationOptions = {}) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { instance, sources } = await anchor()
  const { certificates = [] } = sources[0] ?? {}
  try {
    const url = `http://127.0.0.1:${port}/internalconf`
    return await verifyConfiguration({ instance, sources: [{ url, certificates }] }, { version: 6, ...options })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function faithfulDirectory(): Promise<Buffer> {
  const { sources } = await anchor()
  return (await download(`${sources[0]?.url}?version=6`)).body
}

test.for([
  ['flipped byte', (text: string) => text.replace('Version: 6', 'Version: 5'), 'signature_verification_failure'],
  ['cut short', (text: string) => text.slice(0, text.length / 2), 'missing_signed_data'],
  ['no multipart', () => '<html>soft 404</html>', 'missing_signed_data_expiration_date'],
  ['empty', () => '', 'missing_signed_data_expiration_date'],
  [
    'a signature that is no base64',
    (text: string) => text.replace(/[^\n]*\r\n--(\w+)--\r\n$/, '!\r\n--$1--\r\n'),
    'signature_decode',
  ],
] as const)('a directory that is %s is refused', async ([, change, code]) => {
  const directory = change((await faithfulDirectory()).toString())
  const verifying = verifyAnswers((_request, response) => response.end(directory))
  await expect(verifying).rejects.toMatchObject({ code: expect.stringContaining(code) })
})

test('an endless directory is given up', async () => {
  const verifying = verifyAnswers((_request, response) => {
    const write = () => response.write(Buffer.alloc(64 * 1024, 'x'), () => response.destroyed || write())
    write()
  })
  await expect(verifying).rejects.toThrow(/more than 1048576 bytes/)
})

test('a directory that comes byte by byte is given up', async () => {
  const verifying = verifyAnswers(
    (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20)
      response.once('close', () => clearInterval(timer))
    },
    { limits: { time: 300 } },
  )
  await expect(verifying).rejects.toThrow(SourceUnreachable)
})

test('a source that sends elsewhere is not followed', async () => {
  const paths: string[] = []
  const verifying = verifyAnswers((request, response) => {
    paths.push(request.url ?? '')
    response.writeHead(302, { Location: `${request.url}x` }).end()
  })
  await expect(verifying).rejects.toThrow()
  expect(paths).toEqual(['/internalconf?version=6'])
})
