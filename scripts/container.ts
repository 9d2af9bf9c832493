import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { containerPorts } from '../fixtures/container-layout.ts'
import { testServiceAddresses, testServicesOf, topologyInContainer } from '../fixtures/container-topology.ts'
import type { Topology } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { type RunningEnvironment, startEnvironment } from '../mocks/environment.ts'
import { startStandaloneTestServices } from '../mocks/information-system/standalone-test-services.ts'
import { type ContainerSettings, readContainerSettings } from './container-settings.ts'
import { exitCodes } from './exit-code.ts'
import { readTopologyFile } from './topology-file.ts'

// What runs in a container of the image, as its first process. Here, and only here, listeners are open to all addresses.

let stopping = false
const asked = stopSignal()

try {
  const settings = readContainerSettings(process.env)
  const topology = readTopologyFile(settings.topologyFile)
  const started = start(settings, topologyInContainer(topology, settings.role), topology)
  // Whoever asks to stop during the start does not wait for the end of it.
  await Promise.race([started, asked])
  if (!stopping) {
    await using _running = await started
    process.stdout.write(`ready: ${settings.role}, topology ${settings.topologyFile}\n`)
    process.stdout.write(`stopped by ${await asked}\n`)
  }
} catch (error) {
  const known = error instanceof UsageError
  process.stderr.write(known ? `${error.message}\n` : `This is a defect of roadworthy:\n${(error as Error).stack}\n`)
  process.exitCode = known ? exitCodes.usage : exitCodes.ownDefect
}
// The first process of a container gets no default treatment of signals, and nothing may hold it back now.
process.exit()

async function start(settings: ContainerSettings, topology: Topology, original: Topology): Promise<AsyncDisposable> {
  const { role, baseFolder, hostNames, keys, profile, token, addresses } = settings
  const keyCache = canWrite(keys) ? { keyCache: keys } : {}
  const listen = { host: '0.0.0.0', port: containerPorts.control }
  if (role === 'test-services') {
    if (testServicesOf(topology).length === 0)
      throw new UsageError(`${settings.topologyFile}: no information system serves test-services; add one`)
    return startStandaloneTestServices(topology, { baseFolder, hostNames, ...keyCache, health: listen })
  }
  const environment: RunningEnvironment = await startEnvironment(topology, {
    baseFolder,
    hostNames,
    ...keyCache,
    ...(profile === undefined ? {} : { profile }),
    addresses: { ...(role === 'exchange' ? testServiceAddresses(original) : {}), ...addresses },
    control: { ...listen, ...(token === undefined ? {} : { token }) },
  })
  return environment
}

/** Keys are kept where that is possible; a container whose file systems are all read-only makes them anew. */
function canWrite(folder: string): boolean {
  try {
    accessSync(dirname(folder), constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Listening starts before anything else, so that a signal during the start is not lost. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        stopping = true
        resolve(signal)
      })
    }
  })
}
