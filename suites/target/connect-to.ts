import { randomUUID } from 'node:crypto'
import { findProfile } from '../../fixtures/profiles.ts'
import type { Caller } from '../client/caller.ts'
import { type ConnectionChoices, type Endpoint, type Identity, openConnection } from '../client/connection.ts'
import { type ControlClient, controlClient } from '../client/control-client.ts'
import { openRawConnection } from '../client/raw-client.ts'
import { restClient } from '../client/rest-client.ts'
import { soapClient } from '../client/soap-client.ts'
import type { Seen } from '../observe/answer.ts'
import { castParts } from './cast-parts.ts'
import { readIdentities } from './identity-facts.ts'
import { missing, NotApplicable } from './not-applicable.ts'
import type { OpenLine } from './open-line.ts'
import { connectProvider } from './provider-line.ts'
import { setScene } from './scene.ts'
import type { Approach, Route, Target } from './target.ts'
import { capabilities, type TargetDescription } from './target-description.ts'

/** Reads a description once; each call of the result makes the target of one scenario. */
export function connectTo(description: TargetDescription, newId: () => string = randomUUID): () => Target {
  const { topology, bindings, exact } = description
  const profile = findProfile(description.profile)
  if (profile === undefined) throw new Error(`No profile is named "${description.profile}".`)
  const scene = setScene(topology, bindings, readIdentities(bindings))
  const cast = castParts(scene)

  function endpointOf(server: string, over: 'http' | 'https'): Endpoint {
    const { [over]: url, trust } = bindings.servers[server] ?? {}
    if (url === undefined) throw new NotApplicable(`the bindings give no ${over} address of the server ${server}`)
    return { url, ...(trust !== undefined && { trust }) }
  }

  function identityOf(name: string): Identity {
    const { certificate, key } = bindings.identities[name] ?? {}
    if (certificate !== undefined && key !== undefined) return { certificate, key }
    throw new NotApplicable(`the bindings give no key for the certificate ${name}`)
  }

  function connect(route: Route & Pick<ConnectionChoices, 'resume' | 'serverName'>): OpenLine {
    const { over = 'https', certificate = 'none', server = scene.server.code, raw = false, ...choices } = route
    const endpoint = endpointOf(server, over)
    const identity = certificate !== 'none' && { identity: identityOf(certificate) }
    const connection = (raw ? openRawConnection : openConnection)(endpoint, { ...choices, ...identity })
    return { connection, server, over, certificate, [Symbol.asyncDispose]: () => connection.close() }
  }

  function lineOf(approach: Approach): OpenLine {
    if ('connection' in approach) return approach.connection
    const own = cast.ownCertificate(approach.client)
    const certificate =
      approach.certificate === undefined || approach.certificate === 'own' ? own : approach.certificate
    const server = approach.server ?? cast.serverOf(approach.client)
    return connect({
      over: approach.over ?? 'https',
      certificate: approach.over === 'http' ? 'none' : certificate,
      server,
      raw: approach.raw ?? false,
      leafOnly: approach.leafOnly ?? false,
    })
  }

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
        try {
          const answer = await line.connection.send(request)
          const seen = { ...answer, call: { ...facts, server, over, certificate }, acceptance: { profile, exact } }
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
      get control() {
        return openControl()
      },
      get centralServer() {
        return bindings.centralServer ?? missing('source of global configuration')
      },
      async providerCalls({ call }) {
        const exchanges = await openControl().exchanges(call.messageId)
        return exchanges.flatMap((exchange) => exchange.providerCalls)
      },
      isGood: (name) =>
        scene.identities.get(name)?.hasKey === true && scene.identities.get(name)?.validity === 'current',
      pem: (name) => bindings.identities[name]?.certificate ?? missing(`certificate named ${name}`),
      sha256: (name) => scene.identities.get(name)?.sha256 ?? missing(`certificate named ${name}`),
      endpoint: (server = scene.server.code) => endpointOf(server, 'https'),
      exportedCertificate: (server = scene.server.code) =>
        endpointOf(server, 'https').trust ?? missing(`exported certificate of ${server} in the bindings`),
      identity: identityOf,
      rest,
      soap,
      provider: (service) => connectProvider(service, scene),
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
