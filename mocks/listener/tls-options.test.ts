import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkTopology } from '../../fixtures/check-topology.ts'
import { opensslNames } from '../../fixtures/cipher-suites.ts'
import { findProfile } from '../../fixtures/profiles.ts'
import type { Topology } from '../../fixtures/topology.ts'
import type { TlsVersion } from '../../fixtures/version-profile.ts'
import { type Credential, deriveKeystore } from '../pki/keystore.ts'
import { type RunningListener, startListener } from './listener.ts'
import { tlsOptions } from './tls-options.ts'

const names = ['7.8', '7.8+rhel-openjdk', '7.8+tls13', '7.8+tls-6.17', '6.26+rhel-openjdk+tls13'] as const
const versions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
const listeners = new Map<string, RunningListener>()

beforeAll(async () => {
  const checked = checkTopology({
    instance: 'T',
    memberClasses: ['GOV'],
    members: [{ id: 'T/GOV/1', name: 'One' }],
    servers: [{ code: 'ss1', owner: 'T/GOV/1' }],
  })
  const { topology } = checked as { topology: Topology }
  const { certificate: cert, key = '' } = (await deriveKeystore(topology)).get('ss1-internal') as Credential
  for (const name of names) {
    const tls = { ...tlsOptions(profile(name).clientTls), cert, key }
    const receive = () => ({ onConnection: (socket: { end(): void }) => socket.end() })
    listeners.set(name, await startListener({ host: '127.0.0.1', port: 0, purpose: name, tls, receive }))
  }
})

afterAll(async () => {
  for (const listener of listeners.values()) await listener.stop()
})

test.for(names)('%s speaks the versions and suites of the profile and no others', async (name) => {
  const { clientTls } = profile(name)
  const offers = versions.flatMap((version) => Object.keys(opensslNames).map((suite) => ({ version, suite })))
  const agreed = await Promise.all(offers.map(({ version, suite }) => agree(name, version, suite)))
  const found = offers.filter((_, index) => agreed[index])
  expect(versions.filter((version) => found.some((one) => one.version === version))).toEqual(
    clientTls.versions.toSorted(),
  )
  expect([...new Set(found.map(({ suite }) => suite))].sort()).toEqual(clientTls.suites.toSorted())
})

test.for(['TLSv1.2', 'TLSv1.3'] as const)('no session of %s is resumed', async (version) => {
  const options = { minVersion: version, maxVersion: version }
  const first = await handshake('7.8+tls13', options)
  const sessions: Buffer[] = []
  first?.on('session', (session) => sessions.push(session))
  const atOnce = first?.getSession()
  await new Promise((resolve) => first?.once('close', resolve).resume())
  for (const session of [...sessions, ...(atOnce === undefined ? [] : [atOnce])]) {
    const second = await handshake('7.8+tls13', { ...options, session })
    expect(second?.isSessionReused()).toBe(false)
    second?.destroy()
  }
  expect(first).toBeDefined()
})

function profile(name: string) {
  return findProfile(name) ?? expect.unreachable(name)
}

async function agree(name: string, version: TlsVersion, suite: string): Promise<boolean> {
  const socket = await handshake(name, {
    minVersion: version,
    maxVersion: version,
    // A list of TLS 1.3 alone takes no security level.
    ciphers: suite.includes('_WITH_') ? `${opensslNames[suite]}:@SECLEVEL=0` : suite,
  })
  const isAgreed = socket?.getCipher().standardName === suite
  socket?.destroy()
  return isAgreed
}

/** The socket after its handshake, or undefined if there was none. */
function handshake(name: string, options: ConnectionOptions): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const port = listeners.get(name)?.port
    try {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options } as ConnectionOptions)
      socket.once('secureConnect', () => resolve(socket)).on('error', () => resolve(undefined))
    } catch {
      // A suite of TLS 1.3 offered in an older version, or the other way round.
      resolve(undefined)
    }
  })
}
