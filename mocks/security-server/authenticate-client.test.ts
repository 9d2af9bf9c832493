import { describe, expect, test } from 'vitest'
import type { ConnectionType } from '../../fixtures/connection-type.ts'
import type { FaultSituationName } from '../../fixtures/fault-situations.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import type { Credential } from '../pki/keystore.ts'
import { authenticateClient, type ClientAuthentication } from './authenticate-client.ts'

const now = new Date('2026-06-01T12:00:00Z')
const internalCertificate = 'internal'
const refused = { plain: 'plaintextForbidden', none: 'certificateMissing', other: 'certificateNotListed' } as const

type Connection = 'plain' | 'TLS without certificate' | 'listed' | 'other' | 'internal'

describe('the connection type of the client that a message names', () => {
  test.for<[ConnectionType, Connection, FaultSituationName | undefined]>([
    ['HTTP', 'plain', undefined],
    ['HTTP', 'TLS without certificate', undefined],
    ['HTTP', 'listed', undefined],
    ['HTTP', 'other', undefined],
    ['HTTP', 'internal', undefined],
    ['HTTPS_NO_AUTH', 'plain', refused.plain],
    ['HTTPS_NO_AUTH', 'TLS without certificate', undefined],
    ['HTTPS_NO_AUTH', 'listed', undefined],
    ['HTTPS_NO_AUTH', 'other', undefined],
    ['HTTPS_NO_AUTH', 'internal', undefined],
    // A plain connection and one without a certificate are the same to an HTTPS client.
    ['HTTPS', 'plain', refused.none],
    ['HTTPS', 'TLS without certificate', refused.none],
    ['HTTPS', 'listed', undefined],
    ['HTTPS', 'other', refused.other],
    ['HTTPS', 'internal', undefined],
  ])('%s, %s: %s', ([connectionType, connection, situation]) => {
    expect(authenticate(connectionType, connection)).toBe(situation)
  })

  test.for<[ConnectionType, Connection, FaultSituationName | undefined]>([
    ['HTTP', 'other', undefined],
    ['HTTPS_NO_AUTH', 'plain', refused.plain],
    ['HTTPS_NO_AUTH', 'other', undefined],
    ['HTTPS', 'plain', refused.none],
    ['HTTPS', 'TLS without certificate', refused.none],
    ['HTTPS', 'other', 'certificateListEmpty'],
    ['HTTPS', 'internal', undefined],
  ])('%s with an empty list, %s: %s', ([connectionType, connection, situation]) => {
    expect(authenticate(connectionType, connection, { listed: [] })).toBe(situation)
  })
})

describe('the period of validity', () => {
  const expired = { notBefore: new Date('2020-01-01'), notAfter: new Date('2026-06-01T11:59:59Z') }
  const future = { notBefore: new Date('2026-06-01T12:00:01Z'), notAfter: new Date('2040-01-01') }
  const exact = { notBefore: now, notAfter: now }

  test.for([
    ['expired', expired, 'certificateExpired'],
    ['future', future, 'certificateNotYetValid'],
    ['on its last second', exact, undefined],
  ] as const)('of a listed certificate that is %s counts where the setting says so', ([, period, situation]) => {
    expect(authenticate('HTTPS', 'listed', { period })).toBeUndefined()
    expect(authenticate('HTTPS', 'listed', { period, enforceValidity: true })).toBe(situation)
    expect(authenticate('HTTPS_NO_AUTH', 'listed', { period, enforceValidity: true })).toBeUndefined()
  })

  test('does not hide that a certificate is not listed, and is not asked of the own one', () => {
    const options = { period: expired, enforceValidity: true }
    expect(authenticate('HTTPS', 'other', options)).toBe(refused.other)
    expect(authenticate('HTTPS', 'internal', options)).toBeUndefined()
  })
})

interface Options {
  readonly listed?: readonly string[]
  readonly period?: Pick<Credential, 'notBefore' | 'notAfter'>
  readonly enforceValidity?: boolean
}

function authenticate(connectionType: ConnectionType, connection: Connection, options: Options = {}) {
  const { listed = ['another', 'listed'], enforceValidity = false } = options
  const { period = { notBefore: new Date(0), notAfter: new Date('2040-01-01') } } = options
  const certificates = new Map(listed.map((sha256) => [sha256, { sha256, ...period } as Credential]))
  const client: ClientAuthentication['client'] = { connectionType, certificates }
  return authenticateClient({ client, tls: identity(connection), internalCertificate, enforceValidity, now })
}

function identity(connection: Connection): TlsIdentity | undefined {
  if (connection === 'plain') return undefined
  const tls = { protocol: 'TLSv1.2', suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', serverName: undefined }
  if (connection === 'TLS without certificate') return { ...tls, certificate: undefined }
  return { ...tls, certificate: { sha256: connection } as TlsIdentity['certificate'] }
}
