import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ServiceId } from '../../fixtures/identifiers.ts'
import type { PeerConduct } from '../../fixtures/peer-conduct.ts'
import type { Seen } from '../observe/answer.ts'
import { parseFault } from '../observe/fault.ts'
import { scenario } from '../scenario.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Protocol } from '../target/protocol.ts'
import type { Target } from '../target/target.ts'

// What a security server makes of the one at the provider's end: one that errs, and one of another release.
const needs = ['control'] as const

async function askPeer(target: Target, protocol: Protocol, service: ServiceId, conduct: PeerConduct): Promise<Seen> {
  const id = randomUUID()
  await target.control.conductPeer(id, conduct)
  const approach = { client: target.client('https'), ...(conduct.profile !== undefined && { peer: conduct.profile }) }
  if (protocol === 'rest') return target.rest(approach).get(service, '/random', { messageId: id })
  return target.soap(approach).call(service, { id })
}

for (const [what, misbehaviour, situation] of [
  ['another hash than that of the request', 'wrong-request-hash', 'soapHashMismatch'],
  ['no request hash', 'omit-request-hash', 'soapHashMissing'],
] as const) {
  scenario(`peer's soap answer with ${what} refused`, { covers: ['SOAP-HDR-21'], needs }, async (target) => {
    const service = target.service('random', 'soap')
    const seen = await askPeer(target, 'soap', service, { misbehaviours: [misbehaviour] })
    expect(seen).toBeFault(situation)
  })

  scenario(`peer's rest answer with ${what} refused`, { covers: ['REST-HDR-15'], needs }, async (target) => {
    const service = target.service('random', 'rest')
    const seen = await askPeer(target, 'rest', service, { misbehaviours: [misbehaviour] })
    expect(seen).toBeFault('responseHashMismatch')
  })
}

scenario(
  'hash of the head of a request with a body refused (metadata service)',
  { covers: ['REST-HDR-15'] },
  async (target) => {
    // In the reference a metadata service leaves out the body of the request, which none is expected to have.
    const { provider } = target.service('random', 'rest')
    const service: ServiceId = { kind: 'service', provider, serviceCode: 'listMethods' }
    const seen = await target.rest({ client: target.client('https') }).get(service, '', { body: '{}' })
    expect(seen).toBeFault('responseHashMismatch')
  },
)

scenario(
  'fault of a peer before release 7.8 keeps its spelling',
  { covers: ['ERR-REST-21'], needs },
  async (target) => {
    const { faultSpelling, title } = target.profile
    if (faultSpelling === 'dotted') throw new NotApplicable(`${title} spells its own faults as releases before 7.8 do`)
    const seen = await askPeer(target, 'rest', target.service('closed', 'rest'), { profile: '7.7' })
    expect(seen.kind === 'response' && parseFault(seen)?.code).toBe('Server.ServerProxy.AccessDenied')
  },
)
