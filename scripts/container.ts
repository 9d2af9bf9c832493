import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { centralServerName, containerPorts, containerVariables } from '../fixtures/container-layout.ts'
import {
  informationSystemAddresses,
  ownInformationSystems,
  topologyInContainer,
} from '../fixtures/container-topology.ts'
import type { Topology } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { remoteControl } from '../mocks/control/remote-control.ts'
import { startEnvironment } from '../mocks/environment.ts'
import { startStandaloneCentralServer } from '../mocks/standalone-central-server.ts'
import { startStandaloneInformationSystems } from '../mocks/standalone-information-systems.ts'
import { startStandaloneSecurityServer } from '../mocks/standalone-security-server.ts'
import { type ContainerSettings, readContainerSettings } from './container-settings.ts'
import { exitCodes } from './exit-code.ts'
import { readTopologyFile } from './topology-file.ts'

// What runs in a container of the image, as its first process. Here, and only here, listeners are open to all addresses.

let stopping = false
const asked = stopSignal()

try {
  const settings = readContainerSettings(process.env)
  const topology = readTopologyFile(settings.topologyFile)
  const started = start(settings, topology)
  // Whoever asks to stop during the start does not wait for the end of it.
  await Promise.race([started, asked])
  if (!stopping) {
    await using _running = await started
    process.stdout.write(`ready: ${settings.server ?? settings.role}, topology ${settings.topologyFile}\n`)
    process.stdout.write(`stopped by ${await asked}\n`)
  }
} catch (error) {
  const known = error instanceof UsageError
  process.stderr.write(known ? `${error.message}\n` : `This is a defect of roadworthy:\n${(error as Error).stack}\n`)
  process.exitCode = known ? exitCodes.usage : exitCodes.ownDefect
}
// The first process of a container gets no default treatment of signals, and nothing may hold it back now.
process.exit()

function start(settings: ContainerSettings, original: Topology): Promise<AsyncDisposable> {
  const { role, baseFolder, hostNames, keys, profile, token, addresses: external } = settings
  const topology = topologyInContainer(original, role)
  const control = { host: '0.0.0.0', port: containerPorts.control, ...(token === undefined ? {} : { token }) }
  const options = {
    baseFolder,
    hostNames,
    control,
    ...(canWrite(keys) ? { keyCache: keys } : {}),
    ...(profile === undefined ? {} : { profile }),
  }
  const addresses = { ...informationSystemAddresses(original), ...external }
  switch (role) {
    case 'environment':
      return startEnvironment(topology, { ...options, addresses: external, downloadConfiguration: true })
    case 'central-server':
      return startStandaloneCentralServer({ ...options, topology, ...remoteControls(original, token ?? '') })
    case 'security-server': {
      const code = requireServer(settings, topology)
      const waits = (reason: string) => void process.stderr.write(`waiting for the global configuration: ${reason}\n`)
      return startStandaloneSecurityServer({
        ...options,
        topology,
        code,
        centralServer: centralServerName,
        addresses,
        waits,
      })
    }
    case 'information-systems':
      if (ownInformationSystems(topology).length === 0) {
        throw new UsageError(`${settings.topologyFile}: every information system is external; start none of this role`)
      }
      return startStandaloneInformationSystems({ ...options, topology })
  }
}

/** The other containers, each under a name of its own: servers by code, information systems by the first of them. */
function remoteControls(topology: Topology, token: string) {
  const remote = (name: string) => remoteControl(name, `http://${name}:${containerPorts.control}`, token)
  const [system] = ownInformationSystems(topology)
  return {
    servers: new Map(topology.servers.filter(({ running }) => running).map(({ code }) => [code, remote(code)])),
    systems: system === undefined ? undefined : remote(system.name),
  }
}

function requireServer({ server, topologyFile }: ContainerSettings, topology: Topology): string {
  const codes = topology.servers.filter(({ running }) => running).map(({ code }) => code)
  if (server !== undefined && codes.includes(server)) return server
  const wrong = server === undefined ? ' is missing' : `: no server "${server}" runs in ${topologyFile}`
  throw new UsageError(`${containerVariables.server}${wrong}; write one of ${codes.join(', ')}`)
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
