import { randomUUID } from 'node:crypto'
import { versionSays } from '../../fixtures/configuration-version.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { Caller } from '../client/caller.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { restClient } from '../client/rest-client.ts'
import { soapClient } from '../client/soap-client.ts'
import type { Seen } from '../observe/answer.ts'
import { castParts } from './cast/cast-parts.ts'
import { readIdentities } from './cast/identity-facts.ts'
import { setScene } from './cast/scene.ts'
import { clientUnderTest } from './client-under-test.ts'
import { askHealth } from './lines/health-line.ts'
import { lineOpener } from './lines/line-opener.ts'
import { askPeer, peerEndpoint, peerIdentity } from './lines/peer-line.ts'
import { connectProvider } from './lines/provider-line.ts'
import { missing, NotApplicable } from './not-applicable.ts'
import { recordedClient } from './recorded-client.ts'
import type { Approach, Target } from './target.ts'
import { capabilities, type TargetDescription } from './target-description.ts'

/** Reads a description once; each call of the result makes the target of one scenario. */
export function connectTo(description: TargetDescription, newId: () => string = randomUUID): () => Target {
  const { topology, bindings, exact, largeBody = 50 * 1024 * 1024 } = description
  const profile = requireProfile(description.profile)
  const scene = setScene(topology, bindings, readIdentities(bindings))
  const cast = castParts(scene)
  const { endpoint, identity, connect, lineOf } = lineOpener(scene, cast)
  const recording = recordedClient(description.client)

  function openControl(): ControlClient {
    if (bindings.control === undefined) throw new NotApplicable(capabilities.control)
    return controlClient(bindings.control)
  }

  return () => {
    const evidence: Seen[] = []

    const caller =
      (approach: Approach): Caller =>
      async (request, facts) => {
        const line = lineOf(approach)
        const { server, over, certificate } = line
        const { peer } = approach
        const call = { ...facts, server, over, certificate, ...(peer !== undefined && { peer }) }
        try {
          const answer = await line.connection.send(request)
          const seen = { ...answer, call, acceptance: { profile, exact } }
          evidence.push(seen)
          return seen
        } finally {
          if (!('connection' in approach)) await line.connection.close()
        }
      }
    const rest = (approach: Approach) => restClient(caller(approach), approach.client, newId)
    const soap = (approach: Approach) => soapClient(caller(approach), approach.client, newId)

    return {
      ...cast.parts,
      topology,
      profile,
      server: scene.server.code,
      runner: bindings.runner ?? { listen: '127.0.0.1', host: '127.0.0.1' },
      evidence,
      largeBody,
      get control() {
        return openControl()
      },
      get centralServer() {
        return bindings.centralServer ?? missing('source of global configuration')
      },
      get trustServices() {
        return bindings.trustServices ?? missing('authority that issues certificates')
      },
      async providerCalls({ call }) {
        const exchanges = await openControl().exchanges(call.messageId)
        return exchanges.flatMap((exchange) => exchange.providerCalls)
      },
      isGood: (name) =>
        scene.identities.get(name)?.hasKey === true && scene.identities.get(name)?.validity === 'current',
      pem: (name) => bindings.identities[name]?.certificate ?? missing(`certificate named ${name}`),
      sha256: (name) => scene.identities.get(name)?.sha256 ?? missing(`certificate named ${name}`),
      endpoint: (server = scene.server.code) => endpoint(server, 'https'),
      health: (server, question = { method: 'GET', path: '/' }) => askHealth(scene, server, question),
      authenticationIdentity: (server) => peerIdentity(scene, server),
      peerEndpoint: (server = scene.server.code) => peerEndpoint(scene, server),
      async askPeer(question) {
        const { answer, call } = await askPeer(scene, profile.softwareVersion, question)
        const seen = { ...answer, call, acceptance: { profile, exact } }
        evidence.push(seen)
        return seen
      },
      exportedCertificate: (server = scene.server.code) =>
        endpoint(server, 'https').trust ?? missing(`exported certificate of ${server} in the bindings`),
      identity,
      outdatedServer() {
        if (profile.quirks.checksClientVersion) return cast.parts.outdatedServer()
        throw new NotApplicable(`${profile.title} does not look at the version of other security servers`)
      },
      serviceInMaintenance(kind, protocol) {
        if (versionSays(profile.quirks.globalConfiguration.version, 'maintenanceMode')) {
          return cast.parts.serviceInMaintenance(kind, protocol)
        }
        throw new NotApplicable(`${profile.title} knows no maintenance mode`)
      },
      rest,
      soap,
      clientUnderTest: async () => clientUnderTest(await recording()),
      provider: (service, door = 'service') => connectProvider(service, door, scene),
      async askScripted(protocol, approach, answer) {
        const service = cast.parts.scriptedService(protocol).id
        const id = newId()
        await openControl().script(id, [answer({ client: approach.client, service, id })])
        if (protocol === 'rest') return rest(approach).get(service, '', { messageId: id })
        return soap(approach).call(service, { id })
      },
      ask(protocol, service, approach) {
        return protocol === 'rest' ? rest(approach).get(service, '/random') : soap(approach).call(service)
      },
      connect,
    }
  }
}
