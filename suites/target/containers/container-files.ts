import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { containerFiles, containerUser } from '../../../fixtures/container-layout.ts'
import type { CertificateSpec, Topology } from '../../../fixtures/topology.ts'
import { fillKeyCache } from '../in-process.ts'
import { type TarEntry, tarArchive } from './tar-archive.ts'

/** Where the files of a run stand in a container, below its data folder. */
const places = { topology: 'topology.json', token: 'control-token', keys: 'keys', given: 'given' } as const

export const copiedTopology = `${containerFiles.data}/${places.topology}`
export const copiedToken = `${containerFiles.data}/${places.token}`

export interface ContainerFilesOptions {
  /** As its author wrote it, but for the ports that have to be known outside. */
  readonly topology: Topology
  /** Folder that PEM file names of the topology are relative to. */
  readonly baseFolder: string
  /** Folder where made keys are kept from run to run. */
  readonly keyCache: string
  /** Names and addresses that callers know the container by, beside those of every certificate. */
  readonly hostNames: readonly string[]
  readonly token: string
}

/**
 * What is copied into every container of a run: its topology, the keys and certificates of it, so that all of them have
 * the same, and the token of the control interface. Keys and token are readable by the container's user only.
 */
export async function containerFilesOf(options: ContainerFilesOptions): Promise<Buffer> {
  const { topology, baseFolder, hostNames, token } = options
  const cacheFolder = join(options.keyCache, hashOf(topology))
  await fillKeyCache(topology, { baseFolder, keyCache: cacheFolder, hostNames })
  const given = Object.entries(topology.certificates).flatMap(([name, spec]) => givenFiles(name, spec, baseFolder))
  const keys = readdirSync(cacheFolder).map((name) =>
    privateFile(`${places.keys}/${name}`, readFileSync(join(cacheFolder, name))),
  )
  return tarArchive([
    privateFolder(places.keys),
    privateFolder(places.given),
    privateFile(places.topology, Buffer.from(JSON.stringify(withGivenFiles(topology)))),
    privateFile(places.token, Buffer.from(token)),
    ...keys,
    ...given,
  ])
}

function givenFiles(name: string, spec: CertificateSpec, baseFolder: string): readonly TarEntry[] {
  if (!('certificateFile' in spec)) return []
  const copy = (file: string, extension: string) =>
    privateFile(`${places.given}/${name}.${extension}`, readFileSync(resolve(baseFolder, file)))
  return [copy(spec.certificateFile, 'crt'), ...(spec.keyFile === undefined ? [] : [copy(spec.keyFile, 'key')])]
}

/** The topology with the names that given files have in the container. */
function withGivenFiles(topology: Topology): Topology {
  const certificates = Object.entries(topology.certificates).map(([name, spec]) => {
    if (!('certificateFile' in spec)) return [name, spec] as const
    const placeOf = (extension: string) => `${containerFiles.data}/${places.given}/${name}.${extension}`
    return [
      name,
      { certificateFile: placeOf('crt'), ...(spec.keyFile !== undefined && { keyFile: placeOf('key') }) },
    ] as const
  })
  return { ...topology, certificates: Object.fromEntries(certificates) }
}

function privateFile(path: string, content: Buffer): TarEntry {
  return { path, mode: 0o600, ...containerUser, content }
}

function privateFolder(path: string): TarEntry {
  return { path, mode: 0o700, ...containerUser }
}

/** Where the central server listens, another port each time, is no matter of keys. */
function hashOf({ centralServer: _, ...rest }: Topology): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16)
}
