import { randomUUID, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { clientIdOf, formatPath } from '../fixtures/identifiers.ts'
import type { TopologyClient, TopologyService } from '../fixtures/topology.ts'
import type { RunningEnvironment } from '../mocks/environment.ts'
import { writeEnvelope } from '../suites/client/soap-envelope.ts'
import { certificateFile, keyFile, serverCertificateFile } from './credential-files.ts'
import { shellWord } from './shell-word.ts'

/** A line to paste into a shell. */
export interface ExampleCall {
  readonly title: string
  readonly command: string
}

interface Caller extends Pick<TopologyClient, 'id' | 'connectionType'> {
  readonly server: string
  /** Name of a certificate that it lists and whose key is here. */
  readonly certificate?: string
}

interface Offer {
  readonly provider: string
  readonly type: 'REST' | 'SOAP'
  readonly service: TopologyService
}

type Environment = Pick<RunningEnvironment, 'topology' | 'bindings' | 'certificates'>
type World = Pick<RunningEnvironment, 'topology' | 'bindings'>

/** The file with the SOAP request of the calls. */
export const exampleRequestFile = (directory: string): string => join(directory, 'example-getRandom.xml')

/** That SOAP request, if there is anybody to send it and a test service to answer. */
export function exampleRequest(environment: Environment): string | undefined {
  const caller = chooseCaller(environment)
  const offer = caller && findGetRandom(environment, caller)
  if (caller === undefined || offer === undefined) return undefined
  const { code, version } = offer.service
  const client = clientIdOf(caller.id)
  const service = {
    kind: 'service',
    provider: clientIdOf(offer.provider),
    serviceCode: code,
    ...(version === undefined ? {} : { serviceVersion: version }),
  } as const
  const body = '<prod:getRandom><prod:request/></prod:getRandom>'
  return writeEnvelope({ client, service, id: randomUUID(), userId: 'FI12345', body })
}

/** curl lines for REST and SOAP, with a certificate and without, as one client that may call what there is. */
export function exampleCalls(environment: Environment, directory: string): ExampleCall[] {
  const caller = chooseCaller(environment)
  if (caller === undefined) return []
  const { address, trust } = addressOf(environment, caller, directory)
  const identity =
    caller.certificate === undefined
      ? []
      : [
          '--cert',
          curlFile(certificateFile(directory, caller.certificate)),
          '--key',
          keyFile(directory, caller.certificate),
        ]
  const rest = findRest(environment, caller)
  const soap = findGetRandom(environment, caller)
  const calls = [
    ...(rest === undefined ? [] : [{ protocol: 'REST', words: restArguments(caller, rest, address) }]),
    ...(soap === undefined ? [] : [{ protocol: 'SOAP', words: soapArguments(directory, address) }]),
  ]
  return calls.flatMap(({ protocol, words }) => [
    {
      title: `${protocol}, as ${caller.id}${identity.length > 0 ? ' with its certificate' : ''}`,
      command: curl([...identity, ...trust, ...words]),
    },
    ...(identity.length > 0
      ? [{ title: `${protocol} without a certificate, which is refused`, command: curl([...trust, ...words]) }]
      : []),
  ])
}

/** What follows a colon is a password to curl. */
function curlFile(file: string): string {
  return file.replace(/[\\:]/g, '\\$&')
}

function curl(words: readonly string[]): string {
  return ['curl', ...words.map(shellWord)].join(' ')
}

function restArguments({ id }: Caller, { provider, service }: Offer, address: string): string[] {
  const path = formatPath({ kind: 'service', provider: clientIdOf(provider), serviceCode: service.code })
  const endpoint = service.code === 'rest-test' ? '/random' : ''
  return ['--header', `X-Road-Client: ${formatPath(clientIdOf(id))}`, `${address}/r1/${path}${endpoint}`]
}

function soapArguments(directory: string, address: string): string[] {
  return ['--header', 'Content-Type: text/xml', '--data', `@${exampleRequestFile(directory)}`, `${address}/`]
}

/** A registered client that proves itself by a certificate; if there is none, one that need not. Subsystems come first. */
function chooseCaller(environment: Environment): Caller | undefined {
  const { topology, bindings, certificates } = environment
  const callers = topology.servers
    .filter(({ code }) => bindings.servers[code] !== undefined)
    .flatMap(({ code, clients }) =>
      clients
        .filter(({ status }) => status === 'registered')
        .map(({ id, connectionType, certificates: names }): Caller => {
          const certificate = names.find((name) => certificates.get(name)?.key !== undefined)
          const proof = connectionType === 'HTTPS' && certificate !== undefined ? { certificate } : {}
          return { id, connectionType, server: code, ...proof }
        }),
    )
    .filter(({ connectionType, certificate }) => connectionType !== 'HTTPS' || certificate !== undefined)
  const rank = ({ id, certificate }: Caller) =>
    (certificate === undefined ? 2 : 0) + (clientIdOf(id).kind === 'subsystem' ? 0 : 1)
  return callers
    .toSorted((a, b) => rank(a) - rank(b))
    .find((caller) => (findRest(environment, caller) ?? findGetRandom(environment, caller)) !== undefined)
}

function findRest(environment: World, caller: Caller): Offer | undefined {
  const offers = offersFor(environment, caller).filter(({ type }) => type === 'REST')
  return offers.find(({ service }) => service.code === 'rest-test') ?? offers[0]
}

function findGetRandom(environment: World, caller: Caller): Offer | undefined {
  return offersFor(environment, caller).find(({ type, service }) => type === 'SOAP' && service.code === 'getRandom')
}

/** The services that a client may call, as a whole and in its own name. */
function offersFor({ topology, bindings }: World, { id }: Caller): Offer[] {
  return topology.servers
    .filter(({ code }) => bindings.servers[code] !== undefined)
    .flatMap(({ clients }) => clients)
    .filter(({ status }) => status === 'registered')
    .flatMap(({ id: provider, descriptions }) =>
      descriptions
        .filter(({ disabled }) => !disabled)
        .flatMap(({ type, services }) =>
          services.map((service): Offer => ({ provider, type: type === 'WSDL' ? 'SOAP' : 'REST', service })),
        ),
    )
    .filter(({ service }) =>
      service.allow.some(
        ({ subjects, endpoints }) =>
          endpoints === undefined && subjects.some((subject) => 'client' in subject && subject.client === id),
      ),
    )
}

function addressOf(
  { bindings }: Environment,
  { server, connectionType }: Caller,
  directory: string,
): { address: string; trust: string[] } {
  const { http = '', https = '', trust = '' } = bindings.servers[server] ?? {}
  if (connectionType === 'HTTP') return { address: http, trust: [] }
  // By name, as the guide says; the certificates that are made here carry it.
  const address = https.replace('//127.0.0.1:', '//localhost:')
  const { hostname } = new URL(address)
  const certificate = new X509Certificate(trust)
  const fits = isIP(hostname) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(hostname)
  return { address, trust: fits === undefined ? ['-k'] : ['--cacert', serverCertificateFile(directory, server)] }
}
