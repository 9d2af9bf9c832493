import { formatId, formatPath, type ServerId, type ServiceId } from '../../fixtures/identifiers.ts'
import { type FaultError, fault } from '../fault/fault.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'
import { requireInstance } from './known-instances.ts'

/** Finds the security server that a message goes to, or throws the fault of the consumer side (without origin). */
export function route(
  service: ServiceId,
  target: ServerId | undefined,
  global: GlobalConfiguration,
  newId: () => string,
): GlobalServer {
  const { provider } = service
  const serversOf = (instance: string) => requireInstance(instance, global, newId).servers
  const path = formatPath(provider)
  const hosts = serversOf(provider.instance).filter((server) => server.clients.has(path))
  if (hosts.length === 0) throw fault('providerNotFound', { service: formatId(service) })
  const candidates =
    target === undefined ? hosts : [targetedHost(target, service, hosts, serversOf(target.owner.instance))]
  const available = candidates.filter((server) => server.maintenance === undefined)
  const chosen = available.find((server) => server.running) ?? available[0]
  if (chosen === undefined) throw inMaintenance(candidates[0] as GlobalServer, target)
  return chosen
}

function targetedHost(
  target: ServerId,
  service: ServiceId,
  hosts: readonly GlobalServer[],
  servers: readonly GlobalServer[],
): GlobalServer {
  const path = formatPath(target)
  const known = servers.some((server) => formatPath(server.id) === path)
  if (!known) throw fault('serverUnknown', { server: formatId(target) })
  const host = hosts.find((server) => formatPath(server.id) === path)
  if (host === undefined) throw fault('serverNotHosting', { server: formatId(target), service: formatId(service) })
  return host
}

function inMaintenance(server: GlobalServer, target: ServerId | undefined): FaultError {
  const { address } = server
  const speaker = target === undefined ? address : formatId(target)
  const words = server.maintenance?.message
  const message = words === undefined || words === '' ? '' : `. Message from "${speaker}" administrator: ${words}`
  return target === undefined
    ? fault('allInMaintenance', { address, message })
    : fault('targetInMaintenance', { server: formatId(target), address, message })
}
