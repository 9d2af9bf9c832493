import { internalCertificateName } from '../../fixtures/topology.ts'
import { type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { readTopologyFile } from '../topology-file.ts'
import { type CallerCredential, firstAnswer, type NegotiatedTls, type RecordedAnswer } from './first-answer.ts'
import { consumer, type HotPathName, hotPaths } from './hot-path.ts'
import { answerParent } from './parent-port.ts'
import { readUsage } from './process-usage.ts'

/** The mock exchange layer in a process of its own: consumer server, provider server and test services. */
export type MockServer = typeof offers

export interface StartedMock {
  readonly url: string
  /** Milliseconds from the start of the environment to the first answer over mutual TLS. */
  readonly milliseconds: number
  readonly caller: CallerCredential
  /** The server's own certificate and key, for the bare server to present. */
  readonly internal: { readonly certificate: string; readonly key: string }
  readonly tls: NegotiatedTls
  readonly answers: Readonly<Record<HotPathName, RecordedAnswer>>
}

let environment: RunningEnvironment | undefined

const offers = {
  usage: readUsage,

  async start(options: { readonly keyCache: string; readonly misbehaviours: readonly string[] }): Promise<StartedMock> {
    const topology = readTopologyFile(defaultTopologyFile())
    const begin = performance.now()
    environment = await startEnvironment(topology, options)
    const { https: url, trust } = definite(environment.bindings.servers[consumer.server])
    const caller = { ...keyPair(consumer.certificate), trust: definite(trust) }
    const { answer, tls } = await firstAnswer(definite(url), hotPaths.rest, caller)
    const milliseconds = performance.now() - begin
    const soap = await firstAnswer(definite(url), hotPaths.soap, caller)
    const server = topology.servers.find(({ code }) => code === consumer.server)
    const internal = keyPair(internalCertificateName(definite(server)))
    return { url: definite(url), milliseconds, caller, internal, tls, answers: { rest: answer, soap: soap.answer } }
  },
}

function keyPair(name: string): { readonly certificate: string; readonly key: string } {
  const { certificate, key } = definite(environment?.certificates.get(name))
  return { certificate, key: definite(key) }
}

function definite<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the topology fi-dev lacks what the benchmark calls')
  return value
}

answerParent(offers, async () => environment?.stop())
