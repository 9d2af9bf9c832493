import { networkInterfaces } from 'node:os'
import { centralServerName, containerPorts, containerVariables } from '../fixtures/container-layout.ts'
import {
  informationSystemAddresses,
  ownInformationSystems,
  topologyInContainer,
} from '../fixtures/container-topology.ts'
import type { Topology } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import type { RemoteControl } from '../mocks/control/remote-control.ts'
import { type Identities, prepareIdentities } from '../mocks/prepare-identities.ts'
import { keyFolder, makeRoomForBodies } from './container-folders.ts'
import type { ContainerSettings } from './container-settings.ts'
import { everyAddress } from './every-address.ts'
import { readTopologyFile } from './topology-file.ts'

/** Starts what a container of the image is there for; rejects with a UsageError for a mistake in the settings. */
export async function playRole(settings: ContainerSettings): Promise<AsyncDisposable> {
  const { role, baseFolder, hostNames, profile, token, addresses: external } = settings
  const original = readTopologyFile(settings.topologyFile, { apart: role !== 'environment' })
  const keyCache = keyFolder(settings.keys, say)
  makeRoomForBodies(say)
  const host = everyAddress(networkInterfaces())
  const topology = topologyInContainer(original, role, host)
  const control = { host, port: containerPorts.control, ...(token === undefined ? {} : { token }) }
  const options = {
    baseFolder,
    hostNames,
    control,
    ...(keyCache === undefined ? {} : { keyCache }),
    ...(profile === undefined ? {} : { profile }),
  }
  const addresses = { ...informationSystemAddresses(original), ...external }
  if (settings.server !== undefined && role !== 'security-server') {
    throw new UsageError(
      `${containerVariables.server} is for ${containerVariables.role}=security-server, and this is ${role}`,
    )
  }
  // Keys take most of a first start, and are made in other threads: meanwhile the rest of the code is loaded.
  const identifiedWhile = <T>(load: () => Promise<T>): Promise<[Identities, T]> =>
    Promise.all([prepareIdentities(topology, options), load()])
  switch (role) {
    case 'environment': {
      const [identities, { startEnvironment }] = await identifiedWhile(() => import('../mocks/environment.ts'))
      return startEnvironment(topology, { ...options, identities, addresses: external, downloadConfiguration: true })
    }
    case 'central-server': {
      const load = () =>
        Promise.all([import('../mocks/standalone-central-server.ts'), import('../mocks/control/remote-control.ts')])
      const [identities, [{ startStandaloneCentralServer }, { remoteControl }]] = await identifiedWhile(load)
      const remote = (name: string) => remoteControl(name, `http://${name}:${containerPorts.control}`, token ?? '')
      return startStandaloneCentralServer({
        ...options,
        identities,
        topology,
        ...remoteControls(original, remote),
        addresses,
        warn: say,
      })
    }
    case 'security-server': {
      const code = requireServer(settings, topology)
      const waits = (reason: string) => say(`waiting for the global configuration: ${reason}`)
      const load = () => import('../mocks/standalone-security-server.ts')
      const [identities, { startStandaloneSecurityServer }] = await identifiedWhile(load)
      return startStandaloneSecurityServer({
        ...options,
        identities,
        topology,
        code,
        centralServer: centralServerName,
        addresses,
        waits,
      })
    }
    case 'information-systems': {
      if (ownInformationSystems(topology).length === 0) {
        throw new UsageError(`${settings.topologyFile}: every information system is external; start none of this role`)
      }
      const { startStandaloneInformationSystems } = await import('../mocks/standalone-information-systems.ts')
      return startStandaloneInformationSystems({ ...options, topology })
    }
  }
}

/** The other containers, each under a name of its own: servers by code, information systems by the first of them. */
function remoteControls(topology: Topology, remote: (name: string) => RemoteControl) {
  const [system] = ownInformationSystems(topology)
  return {
    servers: new Map(topology.servers.filter(({ running }) => running).map(({ code }) => [code, remote(code)])),
    systems: system === undefined ? undefined : remote(system.name),
  }
}

function requireServer({ server, topologyFile }: ContainerSettings, { servers }: Topology): string {
  const found = servers.find(({ code, running }) => code === server && running)
  if (found !== undefined) {
    // The global configuration names no ports.
    const { peer } = containerPorts.servers
    if (found.listen.peer === peer) return found.code
    throw new UsageError(
      `${topologyFile}: others look for ${server} on port ${peer}, not ${found.listen.peer}; leave its peer out`,
    )
  }
  const codes = servers.filter(({ running }) => running).map(({ code }) => code)
  const wrong = server === undefined ? ' is missing' : `: no server "${server}" runs in ${topologyFile}`
  throw new UsageError(`${containerVariables.server}${wrong}; write one of ${codes.join(', ')}`)
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
