import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { PersistentVolumeClaim, Service } from 'kubernetes-models/v1'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  centralServerName,
  containerFiles,
  containerPorts,
  containerRoles,
  containerUser,
} from '../fixtures/container-layout.ts'
import { ownInformationSystems } from '../fixtures/container-topology.ts'
import { topologyFile } from '../scripts/package-facts.ts'
import { readTopologyFile } from '../scripts/topology-file.ts'

// What would make a deployment fail, or open. For compose no schema is at hand here.

interface ComposeService {
  readonly image: string
  readonly extends?: { readonly file: string; readonly service: string }
  readonly environment?: Readonly<Record<string, string>>
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] }>>
  readonly ports?: readonly (string | object)[]
  readonly volumes: readonly (string | { readonly type: string; readonly target: string })[]
  readonly tmpfs?: readonly string[]
  readonly init?: boolean
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const fiDev = readTopologyFile(topologyFile('fi-dev'))

test.for(['compose.yaml', 'compose.haproxy.yaml', 'stack.yaml'])(
  '%s plays every role, each under the name that others look for, sealed, with shared keys',
  (file) => {
    const { services, volumes } = readCompose(file)
    const ours = Object.entries(services).filter(([, { image }]) => image.includes('roadworthy'))
    const roles = ours.map(([name, { environment: { ROADWORTHY_ROLE, ROADWORTHY_SERVER } = {} }]) => [
      name,
      ROADWORTHY_ROLE,
      ROADWORTHY_SERVER,
    ])
    expect(roles).toEqual([
      [centralServerName, 'central-server', undefined],
      ['ss1', 'security-server', 'ss1'],
      ['ss2', 'security-server', 'ss2'],
      ['test-services', 'information-systems', undefined],
    ])
    for (const [, service] of ours) {
      expect(service).toMatchObject({ read_only: true, init: true, cap_drop: ['ALL'] })
      expect(service.volumes).toContain(`keys:${containerFiles.data}`)
      expect(temporaryFolders(service)).toEqual(['/tmp'])
    }
    expect(Object.keys(volumes)).toEqual(['keys'])
  },
)

/** What of a service can be written without being kept. */
function temporaryFolders({ tmpfs = [], volumes }: ComposeService): readonly string[] {
  const mounted = volumes.flatMap((volume) => (typeof volume !== 'string' && volume.type === 'tmpfs' ? [volume] : []))
  return [...tmpfs.map((mount) => mount.split(':')[0] ?? ''), ...mounted.map(({ target }) => target)]
}

test.for([
  ['compose.yaml', 'default'],
  ['compose.haproxy.yaml', 'default'],
  ['stack.yaml', 'layer'],
])('in %s every information system of the topology has its name', ([file = '', network = '']) => {
  const { 'test-services': service } = readCompose(file).services
  const aliases = service?.networks?.[network]?.aliases ?? []
  expect(['test-services', ...aliases]).toEqual(ownInformationSystems(fiDev).map(({ name }) => name))
})

test.for(['compose.yaml', 'compose.haproxy.yaml'])('%s opens ports to this machine alone', (file) => {
  const { services } = readCompose(file)
  const ports = Object.values(services).flatMap(({ ports = [] }) => ports)
  expect(ports.length).toBeGreaterThan(0)
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{ROADWORTHY_\w+:-\d+\}:\d+$/)
})

test('the load balancer hands TLS through, to replicas whose health it knows', () => {
  const configuration = read('haproxy.cfg')
  expect(configuration).toMatch(/^ {2}mode tcp$/m)
  expect(configuration).not.toMatch(/\bssl\b/)
  for (const scheme of ['http', 'https'] as const) {
    expect(configuration).toContain(`replica 4 ss1:${containerPorts.servers[scheme]}`)
  }
  expect(configuration).toContain(`default-server check port ${containerPorts.control} `)
})

test.skipIf(spawnSync('haproxy', ['-v']).error !== undefined)('the load balancer takes its configuration', () => {
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', join(import.meta.dirname, 'haproxy.cfg')], {
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
})

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly selector?: { readonly matchLabels?: Labels } & Labels
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec }
    readonly ports?: readonly { readonly targetPort: string }[]
  }
}

type Labels = Readonly<Record<string, unknown>>

interface PodSpec {
  readonly securityContext: object
  readonly containers: readonly Container[]
  readonly volumes: readonly { readonly name: string }[]
}

interface Container {
  readonly name: string
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumeMounts: readonly { readonly name: string }[]
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } }
  readonly securityContext: object
}

const { items: manifests } = parse(read('kubernetes.yaml'), { merge: true }) as { items: readonly Manifest[] }
const pods = manifests.flatMap(({ kind, spec }) => (kind === 'Deployment' && spec.template ? [spec.template] : []))

test('the manifests of Kubernetes are of the kinds that they say', () => {
  expect(manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`)).toEqual([
    'v1 PersistentVolumeClaim roadworthy-keys',
    ...['central-server', 'ss1', 'ss2', 'test-services'].flatMap((name) => [
      `apps/v1 Deployment ${name}`,
      `v1 Service ${name}`,
    ]),
    'v1 Service scripted',
    'v1 Service scripted-expired',
  ])
})

test('the manifests of Kubernetes are valid by its schemas', () => {
  const models: Readonly<Record<string, new (manifest: never) => { validate(): void }>> = {
    'v1 PersistentVolumeClaim': PersistentVolumeClaim,
    'v1 Service': Service,
    'apps/v1 Deployment': Deployment,
  }
  const validate = (manifest: Manifest) => {
    const Model = models[`${manifest.apiVersion} ${manifest.kind}`]
    if (Model === undefined) throw new Error(`no schema for ${manifest.apiVersion} ${manifest.kind}`)
    new Model(manifest as never).validate()
  }
  for (const manifest of manifests) validate(manifest)
  const [claim] = manifests
  expect(() => validate({ ...claim, spec: { accessModes: 'ReadWriteMany' } } as never)).toThrow(
    /accessModes must be array/,
  )
})

test('every selector finds pods, and every port of a service is one of theirs', () => {
  for (const { kind, spec } of manifests.filter(({ kind }) => kind !== 'PersistentVolumeClaim')) {
    const wanted = Object.entries(
      (kind === 'Deployment' ? spec.selector?.matchLabels : spec.selector) ?? { none: true },
    )
    const found = pods.filter(({ metadata }) => wanted.every(([name, value]) => metadata.labels[name] === value))
    expect(found).toHaveLength(1)
    const names = found.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports.map(({ name }) => name)))
    for (const { targetPort } of spec.ports ?? []) expect(names).toContain(targetPort)
  }
})

test('pods run sealed, as the user of the image, in a role that there is', () => {
  for (const { spec } of pods) {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: containerUser.uid })
    for (const { env, ports, readinessProbe, securityContext, volumeMounts } of spec.containers) {
      expect(Object.keys(containerRoles)).toContain(env.find(({ name }) => name === 'ROADWORTHY_ROLE')?.value)
      expect(ports.find(({ name }) => name === readinessProbe.httpGet.port)?.containerPort).toBe(containerPorts.control)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(volumeMounts.map(({ name }) => name)).toEqual(spec.volumes.map(({ name }) => name))
    }
  }
})

/** A file of compose, with what its services extend; that is in it whole, as none of them changes anything twice. */
function readCompose(file: string): ComposeFile {
  const { services, ...rest } = parse(read(file), { merge: true }) as ComposeFile
  const whole = Object.entries(services).map(([name, service]) => {
    const base = service.extends && readCompose(service.extends.file).services[service.extends.service]
    return [name, { ...base, ...service }] as const
  })
  return { ...rest, services: Object.fromEntries(whole) }
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
}
