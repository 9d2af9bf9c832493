import { expect } from 'vitest'
import { scenario } from '../scenario.ts'
import type { PeerQuestion } from '../target/lines/peer-line.ts'
import type { Target } from '../target/target.ts'
import { greet } from '../tls/greet.ts'
import { tlsEndpoint } from '../tls/tls-endpoint.ts'

// Whom a security server takes for another one. Where a message without a signature is not answered as the mock answers
// it, it is answered at all: only that is judged of those who are known.
scenario('security server asks another for its certificate', { covers: ['MT-01'] }, async (target) => {
  const { suites } = target.profile.peerTls
  const greeting = await greet(tlsEndpoint(target.peerEndpoint().url), { version: 'TLSv1.2', suites })
  expect(greeting).toMatchObject({ kind: 'greeted', certificateRequest: expect.anything() })
})

scenario('peer without a certificate refused in the handshake', { covers: ['MT-01'] }, async (target) => {
  expect(await ask(target, 'none')).toRefuseHandshake()
})

scenario(
  'peer with a certificate that no approved authority has issued refused',
  { covers: ['MT-02'] },
  async (target) => {
    const seen = await ask(target, target.identity(target.certificate('stranger')))
    expect(seen.kind).not.toBe('response')
  },
)

scenario('peer with an approved certificate that is not registered refused', { covers: ['MT-02'] }, async (target) => {
  expect(await ask(target, target.server)).toMatchObject({ kind: 'response' })
  expect((await ask(target, 'unregistered')).kind).not.toBe('response')
})

// A real server wants an OCSP response before it looks, and could not be asked by us.
scenario(
  'message of a client that is registered at another server refused',
  { covers: ['MT-02'], needs: ['control'] },
  async (target) => {
    const client = target.clientElsewhere()
    const seen = await ask(target, target.server, { client })
    expect(seen).toBeFault('peerNotHosting', { origin: 'serverProxy', within: 'serviceFailed', client })
  },
)

scenario('message that does not say how it is hashed refused', { covers: ['MT-07'] }, async (target) => {
  const seen = await ask(target, target.server, { hashed: false })
  expect(seen).toBeFault('hashAlgorithmMissing', { origin: 'serverProxy' })
})

/** Asks for the methods of the ordinary client, which offers none: the answer is there all the same. */
function ask(target: Target, as: PeerQuestion['as'], odd: Partial<PeerQuestion> = {}) {
  const client = target.client('https')
  return target.askPeer({ as, client, provider: client, ...odd })
}
