import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkTopology } from '../../fixtures/check-topology.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { Topology } from '../../fixtures/topology.ts'
import { type RunningListener, startListener } from '../listener/listener.ts'
import type { TlsIdentity } from '../listener/tls-identity.ts'
import { type Credential, deriveKeystore } from '../pki/keystore.ts'
import { providerTls } from './provider-tls.ts'

let credential: Credential
let provider: RunningListener
let greeted: (identity: TlsIdentity | undefined) => void

beforeAll(async () => {
  const checked = checkTopology({
    instance: 'T',
    memberClasses: ['GOV'],
    members: [{ id: 'T/GOV/1', name: 'One' }],
    servers: [{ code: 'ss1', owner: 'T/GOV/1' }],
  })
  const { topology } = checked as { topology: Topology }
  credential = (await deriveKeystore(topology)).get('ss1-internal') as Credential
  const { certificate: cert, key = '' } = credential
  provider = await startListener({
    host: '127.0.0.1',
    port: 0,
    purpose: 'provider',
    tls: { cert, key, requestCert: true },
    receive: () => ({
      onConnection(socket, identity) {
        greeted(identity)
        socket.end()
      },
    }),
  })
})

afterAll(() => provider.stop())

test.for([
  ['provider.example', 'provider.example'],
  ['a.b.c', 'a.b.c'],
  // Java names neither an address nor a name without a dot.
  ['provider', undefined],
  ['127.0.0.1', undefined],
  ['::1', undefined],
] as const)('a provider on the host %s is told the name %s', async ([host, name]) => {
  expect(await greet(host)).toMatchObject({ serverName: name })
})

test('a provider is shown the internal certificate', async () => {
  expect(await greet('provider.example')).toMatchObject({ certificate: { sha256: credential.sha256 } })
})

async function greet(host: string): Promise<TlsIdentity | undefined> {
  const { offer } = providerTls(requireProfile('7.8').clientTls, credential)
  const identity = new Promise<TlsIdentity | undefined>((resolve) => {
    greeted = resolve
  })
  const socket = connect({ ...offer(host), host: '127.0.0.1', port: provider.port })
  await new Promise((resolve, reject) => socket.resume().once('close', resolve).once('error', reject))
  return identity
}
