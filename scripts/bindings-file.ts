import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type {
  Bindings,
  CentralServerBinding,
  IdentityBinding,
  ServerBinding,
  ServiceBinding,
} from '../fixtures/bindings.ts'
import { formatPath } from '../fixtures/identifiers.ts'
import { nearestName } from '../fixtures/nearest-name.ts'
import { type SchemaIssue, schemaIssues } from '../fixtures/schema-issues.ts'
import type { Topology } from '../fixtures/topology.ts'
import { placedServices } from '../suites/target/cast/access.ts'
import { readTopologyFile } from './topology-file.ts'
import { readYamlFile } from './yaml-file.ts'

/** A PEM file, relative to the bindings file, or `env:NAME` for an environment variable that holds the PEM text. */
const pemSource = z.string().min(1)

/** A file with the XML of an anchor, relative to the bindings file, or the address that it is downloaded from. */
const anchorSource = z.string().min(1)

export const bindingsFileSchema = z.strictObject({
  /** What exists at the target, in a topology file: which clients, services and rights. */
  topology: z.string().min(1),
  /** By server code: addresses of the client interface and the server's internal certificate. */
  servers: z
    .record(
      z.string(),
      z.strictObject({
        http: z.url({ protocol: /^http$/, error: 'a URL such as http://ss1.example.org/' }).optional(),
        https: z.url({ protocol: /^https$/, error: 'a URL such as https://ss1.example.org/' }).optional(),
        trustFile: pemSource.optional(),
        /** Where it listens for other security servers, which then is judged too. */
        peer: z.url({ protocol: /^https$/, error: 'a URL such as https://ss1.example.org:5500/' }).optional(),
        /** Where it tells monitoring systems how it is. */
        healthCheck: z.url({ protocol: /^http$/, error: 'a URL such as http://ss1.example.org:5588/' }).optional(),
      }),
    )
    .default({}),
  /** By certificate name of the topology: what the suite presents. */
  identities: z
    .record(z.string(), z.strictObject({ certificateFile: pemSource, keyFile: pemSource.optional() }))
    .default({}),
  /** Where information systems are reached themselves, by the names that the topology uses: `test-services.http`. */
  addresses: z.record(z.string(), z.url({ protocol: /^https?$/, error: 'a URL such as http://host/' })).default({}),
  /** By path of the service: what is judged of information systems, and the question that they are asked. */
  services: z
    .record(
      z.string(),
      z.strictObject({
        url: z.url({ protocol: /^https?$/, error: 'a URL such as http://host/' }).optional(),
        description: z.url({ protocol: /^https?$/, error: 'a URL such as http://host/' }).optional(),
        trustFile: pemSource.optional(),
        certificate: z.string().min(1).optional(),
        question: z.string().optional(),
      }),
    )
    .default({}),
  /** The source of global configuration, by the anchors that its administrator hands out. */
  centralServer: z.strictObject({ internalAnchor: anchorSource, externalAnchor: anchorSource.optional() }).optional(),
})

type BindingsFile = z.infer<typeof bindingsFileSchema>

export interface ReadBindings {
  readonly bindings: Bindings
  readonly topology: Topology
  /** Path of the topology file. */
  readonly topologyFile: string
}

/** Reads an operator's bindings and the topology that they name. Throws a UsageError that names every mistake. */
export function readBindingsFile(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ReadBindings {
  const yaml = readYamlFile(file, 'bindings')
  const parsed = bindingsFileSchema.safeParse(yaml.value)
  if (!parsed.success) throw yaml.refuse(schemaIssues(parsed.error, bindingsFileSchema, yaml.value))
  const topologyFile = resolve(dirname(file), parsed.data.topology)
  const topology = readTopologyFile(topologyFile)
  const issues: SchemaIssue[] = [...referenceIssues(parsed.data, topology)]
  const readPem = pemReader(dirname(file), env, issues)
  const { centralServer } = parsed.data
  const bindings = {
    servers: mapValues(parsed.data.servers, (server, code) => bindServer(server, ['servers', code], readPem)),
    identities: mapValues(parsed.data.identities, (identity, name) =>
      bindIdentity(identity, ['identities', name], readPem, issues),
    ),
    addresses: parsed.data.addresses,
    services: mapValues(parsed.data.services, (service, path) => bindService(service, ['services', path], readPem)),
    ...(centralServer === undefined ? {} : { centralServer: bindCentralServer(centralServer, readPem) }),
  }
  if (issues.length > 0) throw yaml.refuse(issues)
  return { bindings, topology, topologyFile }
}

function* referenceIssues(file: BindingsFile, topology: Topology): Generator<SchemaIssue> {
  const codes = topology.servers.map((server) => server.code)
  for (const [code, server] of Object.entries(file.servers)) {
    const path = ['servers', code]
    if (!codes.includes(code)) {
      yield {
        path,
        message: `the topology has no server "${code}"; write ${nearestName(code, codes) ?? codes.join(' or ')}`,
      }
    }
    if (server.http === undefined && server.https === undefined) {
      yield { path, message: `"${code}" has no address; write http, https or both` }
    }
  }
  yield* serviceIssues(file, topology)
  const names = Object.keys(topology.certificates)
  for (const name of Object.keys(file.identities)) {
    if (names.includes(name)) continue
    const instead = nearestName(name, names) ?? 'the name of one of its certificates'
    yield { path: ['identities', name], message: `the topology has no certificate "${name}"; write ${instead}` }
  }
}

function* serviceIssues(file: BindingsFile, topology: Topology): Generator<SchemaIssue> {
  const services = placedServices(topology).map(({ id }) => formatPath(id))
  for (const [service, { certificate }] of Object.entries(file.services)) {
    const path = ['services', service]
    if (!services.includes(service)) {
      const instead = nearestName(service, services) ?? 'INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE of one that it has'
      yield { path, message: `the topology has no service "${service}"; write ${instead}` }
    }
    if (certificate !== undefined && file.identities[certificate]?.keyFile === undefined) {
      const message = `nothing here has the key of "${certificate}"; write it under identities, with certificateFile and keyFile`
      yield { path: [...path, 'certificate'], message }
    }
  }
}

/** Reads what a PEM source names; undefined, and an issue, if it cannot be read. */
type PemReader = (source: string, path: SchemaIssue['path'], kind?: 'PEM' | 'anchor') => string | undefined

function pemReader(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  issues: SchemaIssue[],
): PemReader {
  return (source, path, kind = 'PEM') => {
    const variable = /^env:(.*)$/.exec(source)?.[1]
    if (variable !== undefined) {
      const pem = env[variable]
      if (pem === undefined)
        issues.push({
          path,
          message: `the environment has no ${variable}; set it to ${kind === 'PEM' ? 'a PEM' : 'an anchor'} text`,
        })
      return pem
    }
    try {
      return readFileSync(resolve(folder, source), 'utf8')
    } catch {
      issues.push({
        path,
        message: `"${source}" cannot be read; write ${kind === 'PEM' ? 'a PEM' : 'an anchor'} file relative to this file, or env:NAME`,
      })
      return undefined
    }
  }
}

function bindServer(server: BindingsFile['servers'][string], path: string[], readPem: PemReader): ServerBinding {
  const { trustFile, http, https, peer, healthCheck } = server
  const trust = trustFile === undefined ? undefined : readPem(trustFile, [...path, 'trustFile'])
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(peer === undefined ? {} : { peer }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...(trust === undefined ? {} : { trust }),
  }
}

function bindService(
  { trustFile, ...service }: BindingsFile['services'][string],
  path: string[],
  readPem: PemReader,
): ServiceBinding {
  const trust = trustFile === undefined ? undefined : readPem(trustFile, [...path, 'trustFile'])
  return trust === undefined ? service : { ...service, trust }
}

function bindCentralServer(
  { internalAnchor, externalAnchor }: NonNullable<BindingsFile['centralServer']>,
  read: PemReader,
): CentralServerBinding {
  const bind = (source: string, name: string) =>
    /^https?:/.test(source) ? source : (read(source, ['centralServer', name], 'anchor') ?? '')
  return {
    internalAnchor: bind(internalAnchor, 'internalAnchor'),
    ...(externalAnchor === undefined ? {} : { externalAnchor: bind(externalAnchor, 'externalAnchor') }),
  }
}

function bindIdentity(
  identity: BindingsFile['identities'][string],
  path: string[],
  readPem: PemReader,
  issues: SchemaIssue[],
): IdentityBinding {
  const certificate = readPem(identity.certificateFile, [...path, 'certificateFile'])
  const key = identity.keyFile === undefined ? undefined : readPem(identity.keyFile, [...path, 'keyFile'])
  issues.push(...identityIssues(certificate, key, path))
  return { certificate: certificate ?? '', ...(key === undefined ? {} : { key }) }
}

function* identityIssues(
  certificate: string | undefined,
  key: string | undefined,
  path: string[],
): Generator<SchemaIssue> {
  const x509 = certificate === undefined ? undefined : attempt(() => new X509Certificate(certificate))
  const privateKey = key === undefined ? undefined : attempt(() => createPrivateKey(key))
  if (certificate !== undefined && x509 === undefined) {
    yield { path: [...path, 'certificateFile'], message: 'this holds no certificate; write a PEM certificate' }
  }
  if (key !== undefined && privateKey === undefined) {
    yield {
      path: [...path, 'keyFile'],
      message: 'this holds no usable key; write a PEM private key without passphrase',
    }
  }
  if (x509 !== undefined && privateKey !== undefined && !x509.checkPrivateKey(privateKey)) {
    yield {
      path: [...path, 'keyFile'],
      message: 'the key does not fit the certificate; write the key it was made with',
    }
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, map: (value: V, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]))
}
