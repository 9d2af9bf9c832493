import { expect } from 'vitest'
import type { Seen } from '../observe/answer.ts'
import { scenario } from '../scenario.ts'
import { addProvider, rightOf } from '../target/added-provider.ts'
import { expiredSystem } from '../target/expired-system.ts'
import { passRest } from '../target/pass-rest.ts'
import { protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// How a security server meets information systems of providers over TLS: what it offers, shows and verifies.
const needs = ['control'] as const
const refusedBy = {
  rest: { origin: 'serverProxy' },
  soap: { origin: 'serverProxy', within: 'serviceFailed' },
} as const

scenario('provider met with a version and a suite of the list', { covers: ['TLS-26'], needs }, async (target) => {
  const { versions, suites } = target.profile.clientTls
  const { calls } = await passRest(target, { service: target.scriptedService('rest', 'listed').id })
  expect(versions).toContain(calls[0]?.tls?.protocol)
  expect(suites).toContain(calls[0]?.tls?.suite)
})

scenario(
  'provider that speaks nothing but tls 1.3 reached only where that is allowed',
  { covers: ['TLS-26'], needs },
  async (target) => {
    const allowed = target.profile.clientTls.versions.includes('TLSv1.3')
    expectReached(await askOver(target, 'https13'), allowed)
  },
)

scenario('provider with none of the suites not reached', { covers: ['TLS-26'], needs }, async (target) => {
  expectReached(await askOver(target, 'https-chacha20'), false)
})

scenario(
  'provider with one suite with ecdhe reached where the profile has it',
  { covers: ['TLS-26'], needs },
  async (target) => {
    const listed = target.profile.clientTls.suites.includes('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256')
    expectReached(await askOver(target, 'https-ecdhe'), listed)
  },
)

for (const protocol of protocols) {
  scenario(
    `provider whose certificate its owner does not list refused (${protocol})`,
    { covers: ['TLS-22'], needs },
    async (target) => {
      const service = target.scriptedService(protocol, 'unlisted').id
      const seen = await target.ask(protocol, service, { client: target.client('https') })
      expect(seen).toBeFault('providerCertificateNotTrusted', refusedBy[protocol])
    },
  )

  scenario(
    `provider whose listed certificate has another name answered (${protocol})`,
    { covers: ['TLS-24', 'TLS-22'], needs },
    async (target) => {
      const service = target.scriptedService(protocol, 'listed').id
      expect(await target.ask(protocol, service, { client: target.client('https') })).toBeServiceResponse()
    },
  )
}

scenario('provider whose listed certificate has expired answered', { covers: ['TLS-22'], needs }, async (target) => {
  const { url, certificate } = expiredSystem(target)
  const { service } = await addProvider(target, { certificates: [certificate], service: { url } })
  expect((await passRest(target, { service })).seen).toBeServiceResponse()
})

scenario(
  'provider with a certificate of another name answered where nothing is verified',
  { covers: ['TLS-23'], needs },
  async (target) => {
    const { url } = target.scriptedService('rest', 'listed').service
    const { service } = await addProvider(target, { service: { url, verifyTls: false } })
    expect((await passRest(target, { service })).seen).toBeServiceResponse()
  },
)

scenario(
  'provider with an expired certificate answered where nothing is verified',
  { covers: ['TLS-23'], needs },
  async (target) => {
    const { url } = expiredSystem(target)
    const { service } = await addProvider(target, { service: { url, verifyTls: false } })
    expect((await passRest(target, { service })).seen).toBeServiceResponse()
  },
)

scenario(
  'description fetched from a provider with a listed certificate',
  { covers: ['TLS-25'], needs },
  async (target) => {
    const { certificate } = expiredSystem(target)
    expect(await fetchDescription(target, expiredSystem(target).url, [certificate])).toBeServiceResponse()
  },
)

scenario(
  'description not fetched from a provider whose certificate its owner does not list',
  { covers: ['TLS-25'], needs },
  async (target) => {
    const { url } = target.scriptedService('rest', 'listed').service
    const seen = await fetchDescription(target, url, [expiredSystem(target).certificate])
    expect(seen).toBeFault('providerCertificateNotTrusted', refusedBy.rest)
  },
)

scenario(
  'wsdl not fetched from a provider whose certificate its owner does not list',
  { covers: ['TLS-25'], needs },
  async (target) => {
    const { url } = target.scriptedService('rest', 'listed').service
    const seen = await fetchWsdl(target, url, [expiredSystem(target).certificate])
    // Fetching is no call of the service, so no part of the code says that one failed.
    expect(seen).toBeFault('providerCertificateNotTrusted', { origin: 'serverProxy' })
  },
)

function expectReached(seen: Seen, possible: boolean): void {
  if (possible) expect(seen).toBeServiceResponse()
  else expect(seen).toBeFault('io', refusedBy.rest)
}

/** Calls a service of the scripted information system where that insists on a way to speak TLS, and verifies nothing. */
async function askOver(target: Target, scheme: 'https13' | 'https-ecdhe' | 'https-chacha20') {
  const url = target.scriptedService('rest', 'listed').service.url.replace('.https}', `.${scheme}}`)
  const { service } = await addProvider(target, { service: { url, verifyTls: false } })
  return (await passRest(target, { service })).seen
}

/** Asks for the WSDL of a service that is published at that address. */
async function fetchWsdl(target: Target, url: string, certificates: string[]) {
  const client = target.client('https')
  const services = [{ code: 'script', url, allow: rightOf(client) }]
  const description = { type: 'WSDL' as const, url: url.replace('/script', '/docs/scripted.wsdl'), services }
  const { service } = await addProvider(target, { certificates, descriptions: [description] })
  const body = `<m:getWsdl xmlns:m="http://x-road.eu/xsd/xroad.xsd"><m:serviceCode>script</m:serviceCode></m:getWsdl>`
  return target.soap({ client }).call({ ...service, serviceCode: 'getWsdl' }, { body })
}

/** Asks for the OpenAPI description of a service that is published at that address. */
async function fetchDescription(target: Target, url: string, certificates: string[]) {
  const client = target.client('https')
  const services = [{ code: 'script', url, allow: rightOf(client) }]
  const description = { type: 'OPENAPI' as const, url: url.replace('/script', '/docs/scripted.yaml'), services }
  const { service } = await addProvider(target, { certificates, descriptions: [description] })
  const metaservice = { ...service, serviceCode: 'getOpenAPI' }
  return target.rest({ client }).get(metaservice, '?serviceCode=script')
}
