import { expect, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import { profilesCommand } from './profiles.ts'

test('lists every profile and overlay with what it is', async () => {
  expect(await printed()).toMatch(/^ {2}7\.8 +X-Road 7\.8\.0$/m)
  expect(JSON.parse(await printed('--json'))).toMatchObject({
    profiles: expect.arrayContaining([{ name: '6.26', title: 'X-Road 6.26.3' }]),
    overlays: [{ name: 'fi' }, { name: 'rhel-openjdk' }, { name: 'tls13' }, { name: 'tls-6.17' }],
  })
})

test('an upgrade to 7.8 is told by its code spelling, the codes with a new name and the changed texts', async () => {
  const text = await printed('diff', '7.7', '7.8')
  expect(text).toContain(
    '- Server.ClientProxy.SslAuthenticationFailed\n    + server.clientproxy.ssl_authentication_failed',
  )
  expect(text).toContain('- OutdatedGlobalConf\n    + global_conf_outdated')
  expect(text).toContain('- Error accessing database (messagelog)\n    + Error accessing database\n')
  expect(text).not.toContain('TLS and ports')
})

test('an overlay changes what it names and nothing else', async () => {
  const differences = JSON.parse(await printed('diff', '7.8', '7.8+rhel-openjdk', '--json'))
  expect(differences).toEqual([
    { topic: 'TLS and ports', what: 'cipher suites', before: expect.stringContaining('ECDHE'), after: dheSuites },
  ])
})

test('the Finnish package refuses the servers of old releases', async () => {
  const differences = JSON.parse(await printed('diff', '7.8', '7.8+fi', '--json'))
  const what = 'oldest security server of a consumer that is served'
  expect(differences).toEqual([{ topic: 'messages', what, before: 'any', after: '7.6.0' }])
})

test('a profile differs from itself in nothing', async () => {
  expect(await printed('diff', '7.6', '7.6')).toBe('An information system cannot tell 7.6 and 7.6 apart.\n')
})

test('an unknown profile or overlay is named with its remedy', async () => {
  await expect(printed('diff', '7.9', '7.8')).rejects.toThrow(new UsageError(`there is no profile "7.9"; ${remedy}`))
  await expect(printed('diff', '7.8', '7.8+rhel')).rejects.toThrow(UsageError)
})

const remedy = 'write 7.8, with +fi, +rhel-openjdk, +tls13 or +tls-6.17 behind it where wanted'
const dheSuites =
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, ' +
  'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'

async function printed(...options: string[]): Promise<string> {
  let text = ''
  await profilesCommand({ write: (more) => (text += more) }).parseAsync(options, { from: 'user' })
  return text
}
