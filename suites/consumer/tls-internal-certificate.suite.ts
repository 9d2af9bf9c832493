import { X509Certificate } from 'node:crypto'
import { expect } from 'vitest'
import { internalCertificateName, type TopologyServer } from '../../fixtures/topology.ts'
import { ControlRefusal } from '../client/control-client.ts'
import { scenario } from '../scenario.ts'
import { passRest } from '../target/pass-rest.ts'
import type { Target } from '../target/target.ts'
import { greet } from '../tls/greet.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// The internal certificate: what information systems on both sides are shown, and how an administrator replaces it.
const needs = ['control'] as const

scenario('internal certificate self-signed as long as none has replaced it', { covers: ['TLS-15'] }, async (target) => {
  const [leaf] = await shownCertificates(target)
  expect(leaf?.subject).toBe(leaf?.issuer)
  expect(leaf?.verify(leaf.publicKey)).toBe(true)
})

scenario('internal certificate names the server and its address', { covers: ['TLS-16'] }, async (target) => {
  const [leaf] = await shownCertificates(target)
  const { address, code } = serverOf(target, target.server)
  expect(leaf?.subject.split('\n')).toContain(`CN=${address ?? code}`)
  expect(leaf?.subjectAltName).toContain('IP Address:')
})

scenario('exported certificate is the one that callers are shown', { covers: ['TLS-18'] }, async (target) => {
  const [leaf] = await shownCertificates(target)
  expect(leaf?.toString()).toBe(target.exportedCertificate())
})

// Beside the next scenario, which replaces the certificate of the same server: those of one file run one after the other.
scenario('provider that asks is shown the internal certificate', { covers: ['TLS-20'], needs }, async (target) => {
  const { server, id: service } = target.scriptedService('rest', 'listed')
  const { seen, calls } = await passRest(target, { service })
  expect(seen).toBeServiceResponse()
  const certificateSha256 = target.sha256(internalCertificateName(serverOf(target, server.code)))
  expect(calls).toMatchObject([{ tls: { certificateSha256 } }])
})

scenario('chain that replaces the internal certificate shown whole', { covers: ['TLS-17'], needs }, async (target) => {
  const { server } = target.scriptedService('rest')
  const replacement = target.identity(target.certificate('issued'))
  const original = target.identity(internalCertificateName(serverOf(target, server.code)))
  await target.control.change(server.code, { kind: 'set-internal-certificate', ...replacement })
  try {
    const shown = await shownCertificates(target, server.code)
    expect(shown.map(String).join('')).toBe(replacement.certificate)
  } finally {
    await target.control.change(server.code, { kind: 'set-internal-certificate', ...original })
  }
})

scenario('internal certificate that is no pem refused', { covers: ['TLS-17'], needs }, async (target) => {
  const { server } = target.scriptedService('rest')
  const { certificate, key } = target.identity(target.certificate('stranger'))
  const der = new X509Certificate(certificate).raw.toString('latin1')
  const change = target.control.change(server.code, { kind: 'set-internal-certificate', certificate: der, key })
  await expect(change).rejects.toThrow(ControlRefusal)
})

scenario('internal certificate with the key of another refused', { covers: ['TLS-17'], needs }, async (target) => {
  const { server } = target.scriptedService('rest')
  const { certificate } = target.identity(target.certificate('stranger'))
  const { key } = target.identity(target.certificate('spare'))
  const change = target.control.change(server.code, { kind: 'set-internal-certificate', certificate, key })
  await expect(change).rejects.toThrow(ControlRefusal)
})

async function shownCertificates(target: Target, server?: string): Promise<readonly X509Certificate[]> {
  const { suites } = target.profile.clientTls
  const greeting = await greet(tlsEndpoint(target.endpoint(server).url), { version: 'TLSv1.2', suites })
  expect(greeting).toHaveProperty('certificates')
  return greeting.kind === 'greeted' ? greeting.certificates.map((der) => new X509Certificate(der)) : []
}

function serverOf({ topology }: Target, code: string): TopologyServer {
  return topology.servers.find((one) => one.code === code) as TopologyServer
}
