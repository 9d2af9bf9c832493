import { testServicesOf } from '../../fixtures/container-topology.ts'
import type { Topology } from '../../fixtures/topology.ts'
import { startHealthServer } from '../control/health-server.ts'
import { deriveKeystore } from '../pki/keystore.ts'
import { startInformationSystems } from './information-systems.ts'

export interface StandaloneOptions {
  /** Folder that PEM file names of the topology are relative to. */
  readonly baseFolder: string
  /** Further host names or addresses of the certificates that they present. */
  readonly hostNames: readonly string[]
  readonly keyCache?: string
  /** Where to ask whether everything is up. */
  readonly health: { readonly host: string; readonly port: number }
}

/** Starts the test services of a topology alone; the security servers that call them run elsewhere. */
export async function startStandaloneTestServices(
  topology: Topology,
  { baseFolder, hostNames, keyCache, health }: StandaloneOptions,
): Promise<AsyncDisposable> {
  const alone = withTestServicesOnly(topology)
  const cache = keyCache === undefined ? {} : { cacheFolder: keyCache }
  const certificates = await deriveKeystore(alone, { baseFolder, hostNames, ...cache })
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
  try {
    await startInformationSystems(alone, certificates, () => false, stops)
    stops.push((await startHealthServer(health)).stop)
  } catch (error) {
    await stopAll()
    throw error
  }
  return { [Symbol.asyncDispose]: stopAll }
}

/** Without what only security servers need; their certificates take seconds to make. */
function withTestServicesOnly(topology: Topology): Topology {
  const informationSystems = [...testServicesOf(topology)]
  const needed = new Set<string>()
  const need = (name: string | undefined): void => {
    const spec = name === undefined ? undefined : topology.certificates[name]
    if (name === undefined || spec === undefined || needed.has(name)) return
    needed.add(name)
    if ('certificateFile' in spec) return
    need(spec.issuedBy)
    need(spec.sameKeyAs)
  }
  for (const { certificate } of informationSystems) need(certificate)
  const certificates = Object.fromEntries(Object.entries(topology.certificates).filter(([name]) => needed.has(name)))
  return { ...topology, servers: [], informationSystems, certificates }
}
