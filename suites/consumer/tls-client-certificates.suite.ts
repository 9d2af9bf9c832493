import { expect } from 'vitest'
import { shakeHands } from '../client/own-handshake.ts'
import { renegotiate } from '../client/renegotiation.ts'
import { scenario } from '../scenario.ts'
import type { CertificateRole } from '../target/cast/certificate-roles.ts'
import { protocols } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'
import { greet } from '../tls/greet.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// The handshake asks for a certificate and takes any; whose it is matters to the message. Only the key must be proven.
scenario('certificate asked for in the handshake', { covers: ['TLS-13'] }, async (target) => {
  expect(await offer(target)).toMatchObject({ certificateRequest: expect.anything() })
})

scenario('no certification authority named in the handshake', { covers: ['TLS-14'] }, async (target) => {
  expect(await offer(target)).toMatchObject({ certificateRequest: { authorities: [] } })
})

const unusual: Readonly<Record<string, CertificateRole>> = {
  'with a key of 1024 bits': 'weak',
  'with an ed25519 key': 'edwards',
  'that is meant for something else': 'other-purpose',
  'that comes with its issuer': 'listed-with-issuer',
}

for (const protocol of protocols) {
  for (const [what, role] of Object.entries(unusual)) {
    scenario(
      `listed certificate ${what} answered (${protocol})`,
      { covers: ['CONN-HTTPS-01', 'CONN-HTTPS-06'] },
      async (target) => {
        const certificate = target.certificate(role)
        const client = target.clientListing(certificate)
        const seen = await target.ask(protocol, target.service('random', protocol), { client, certificate })
        expect(seen).toBeServiceResponse()
      },
    )
  }

  scenario(
    `listed certificate that comes without its issuer answered (${protocol})`,
    { covers: ['CONN-HTTPS-01', 'CONN-HTTPS-06'] },
    async (target) => {
      const certificate = target.certificate('listed-with-issuer')
      const approach = { client: target.clientListing(certificate), certificate, leafOnly: true }
      expect(await target.ask(protocol, target.service('random', protocol), approach)).toBeServiceResponse()
    },
  )

  scenario(
    `resumed session does not carry one certificate to the holder of another (${protocol})`,
    { covers: ['TLS-13', 'TENANT-01'] },
    async (target) => {
      const [client, victim] = [target.client('other-tenant'), target.client('https')]
      const service = target.service('random', protocol)
      await using first = target.connect({ certificate: target.certificateOf(victim) })
      expect(await target.ask(protocol, service, { client: victim, connection: first })).toBeServiceResponse()
      const resume = first.connection.session()
      const certificate = target.certificateOf(client)
      await using second = target.connect({ certificate, ...(resume !== undefined && { resume }) })
      const seen = await target.ask(protocol, service, { client: victim, connection: second })
      expect(seen).toBeFault('certificateNotListed', { client: victim })
    },
  )
}

scenario(
  'certificate whose key the caller does not hold refused in the handshake',
  { covers: ['CONN-HTTPS-01', 'TLS-19'] },
  async (target) => {
    const own = target.identity(target.certificate('stranger'))
    const certificate = target.pem(target.certificateOf(target.client('https')))
    expect(await shakeHands(target.endpoint(), own)).toEqual({ kind: 'completed', askedForCertificate: true })
    expect(await shakeHands(target.endpoint(), { ...own, certificate })).toMatchObject({ kind: 'refused' })
  },
)

scenario('renegotiation that a caller begins refused', { covers: ['CONN-GEN-06'] }, async (target) => {
  const identity = target.identity(target.certificateOf(target.client('https')))
  expect(await renegotiate(target.endpoint(), identity)).toBe('refused')
})

function offer(target: Target) {
  return greet(tlsEndpoint(target.endpoint().url), { version: 'TLSv1.2', suites: target.profile.clientTls.suites })
}
