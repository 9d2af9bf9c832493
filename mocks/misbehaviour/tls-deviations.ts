import { constants, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { checkServerIdentity } from 'node:tls'
import type { ClientTls } from '../../fixtures/version-profile.ts'
import { fault } from '../fault/fault.ts'
import type { ListenerTls } from '../listener/handshakes.ts'
import { plainPlan } from '../pki/certificate-plan.ts'
import type { Credential } from '../pki/keystore.ts'
import { newSerialNumber } from '../pki/serial-number.ts'
import type { Deviation, Deviations } from './deviation.ts'

/** Misbehaviours of TLS itself: what is offered, and whom the handshake lets pass. Those towards callers count from the start. */
export const tlsDeviations: Deviations = {
  'speak-only-tls13': greeting(() => ({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ciphers: tls13Suites })),
  'speak-tls13-too': greeting(({ ciphers }) => ({ maxVersion: 'TLSv1.3', ciphers: `${tls13Suites}:${ciphers}` })),
  'speak-old-tls': greeting(({ ciphers }) => ({ minVersion: 'TLSv1', ciphers: `${ciphers}:ECDHE-RSA-AES128-SHA` })),
  'lack-ecdhe-suites': greeting(({ ciphers = '' }) => ({ ciphers: without(/^ECDHE-/, ciphers) })),
  'lack-dhe-suites': greeting(({ ciphers = '' }) => ({ ciphers: without(/^DHE-/, ciphers) })),
  'accept-static-rsa': greeting(({ ciphers }) => ({ ciphers: `${ciphers}:AES128-GCM-SHA256` })),
  'accept-unauthenticated-suites': greeting(({ ciphers }) => ({ ciphers: `${ciphers}:ADH-AES128-SHA256:NULL-SHA256` })),
  'accept-other-ciphers': greeting(({ ciphers }) => ({ ciphers: `${ciphers}:ECDHE-RSA-CHACHA20-POLY1305` })),
  'prefer-suites-of-callers': greeting(() => ({ honorCipherOrder: false })),
  'allow-renegotiation': greeting(() => ({ secureOptions: constants.SSL_OP_NO_TICKET })),
  'resume-with-identity': greeting(() => ({
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    sessionTimeout: 600,
  })),
  'ask-no-certificate': greeting(() => ({ requestCert: false })),
  'name-authorities': greeting(({ cert }) => ({ ca: cert as string })),
  'present-leaf-only': greeting(({ cert }) => ({
    cert: (cert as string).split(/(?<=-----END CERTIFICATE-----\n)/)[0],
  })),
  'present-issued-certificate': (faithful) => ({
    serverTls: async (tls, internal) => faithful.serverTls(tls, await issuedBy(internal)),
  }),

  'require-certificate-in-handshake': (faithful) => ({
    greets: (tls) => tls.certificate !== undefined && faithful.greets(tls),
  }),
  'refuse-invalid-in-handshake': greetingOnly(({ validFromDate, validToDate }) => {
    const now = new Date()
    return validFromDate <= now && now <= validToDate
  }),
  'refuse-weak-keys': greetingOnly(
    ({ publicKey }) => (publicKey.asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY) >= 2048,
  ),
  'refuse-unusual-keys': greetingOnly(({ publicKey }) => publicKey.asymmetricKeyType !== 'ed25519'),
  'judge-purpose': greetingOnly(({ keyUsage }) => keyUsage === undefined || keyUsage.includes(clientAuthentication)),
  'judge-chains': greetingOnly(({ subject, issuer }) => subject === issuer),

  'trust-any-provider': verifying(() => false),
  'verify-every-provider': verifying(() => true),
  'match-provider-names': distrusting((certificate, host) => {
    return checkServerIdentity(host, certificate.toLegacyObject()) !== undefined
  }),
  'refuse-expired-providers': distrusting(({ validToDate }) => validToDate < new Date()),
  'hide-from-providers': (faithful) => ({
    providerTls: (tls, { key: _, ...certificate }) => faithful.providerTls(tls, certificate),
  }),
  'speak-anything-to-providers': (faithful) => ({
    providerTls(tls, certificate) {
      const { offer, judge } = faithful.providerTls(tls, certificate)
      const anything = { maxVersion: 'TLSv1.3', ciphers: `${tls13Suites}:ALL:@SECLEVEL=0` } as const
      return { judge, offer: (host) => ({ ...offer(host), ...anything }) }
    },
  }),
}

const tls13Suites = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384'
const clientAuthentication = '1.3.6.1.5.5.7.3.2'

function greeting(change: (faithful: ListenerTls) => ListenerTls): Deviation {
  return (faithful) => ({
    async serverTls(tls: ClientTls, certificate: Credential) {
      const options = await faithful.serverTls(tls, certificate)
      return { ...options, ...change(options) }
    },
  })
}

function greetingOnly(welcome: (certificate: X509Certificate) => boolean): Deviation {
  return (faithful) => ({
    greets: (tls) => faithful.greets(tls) && (tls.certificate === undefined || welcome(tls.certificate.x509)),
  })
}

function verifying(verify: (configured: boolean) => boolean): Deviation {
  return (faithful) => ({
    providerTls(tls, certificate) {
      const { offer, judge } = faithful.providerTls(tls, certificate)
      return { offer, judge: (certificate, one) => judge(certificate, { ...one, verifyTls: verify(one.verifyTls) }) }
    },
  })
}

function distrusting(refuses: (certificate: X509Certificate, host: string) => boolean): Deviation {
  return (faithful) => ({
    providerTls(tls, own) {
      const { offer, judge } = faithful.providerTls(tls, own)
      return {
        offer,
        judge(certificate, question) {
          judge(certificate, question)
          if (certificate === undefined || refuses(certificate, question.host)) {
            throw fault('providerCertificateNotTrusted')
          }
        },
      }
    },
  })
}

function without(name: RegExp, ciphers: string): string {
  return ciphers
    .split(':')
    .filter((cipher) => !name.test(cipher))
    .join(':')
}

/** Another certificate of the same key, which the given one has issued: who trusts that one trusts this one. */
async function issuedBy(internal: Credential): Promise<Credential> {
  const { issueCertificate } = await import('../pki/authority.ts')
  const { notBefore, notAfter, key = '', name } = internal
  const issuerKey = createPrivateKey(key)
  const certificate = issueCertificate({
    plan: plainPlan(name, { CN: 'another name' }),
    publicKey: createPublicKey(key),
    issuer: { subject: { CN: commonName(internal) }, key: issuerKey },
    serialNumber: newSerialNumber(issuerKey),
    notBefore,
    notAfter,
  })
  return { ...internal, certificate }
}

function commonName({ certificate }: Credential): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(certificate).subject)?.[1] ?? ''
}
