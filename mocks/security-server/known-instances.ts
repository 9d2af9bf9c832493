import { fault } from '../fault/fault.ts'
import type { GlobalConfiguration, GlobalServer } from './global-configuration.ts'

/** The configuration of an instance, this one or a federated one; undefined where it is unknown or has expired. */
export function configurationOf(global: GlobalConfiguration, instance: string): GlobalConfiguration | undefined {
  if (instance === global.instance) return global
  return knownFederations(global).find((configuration) => configuration.instance === instance)
}

/** The configuration of an instance; throws the fault of either side where there is none (without origin). */
export function requireInstance(
  instance: string,
  global: GlobalConfiguration,
  newId: () => string,
): GlobalConfiguration {
  const known = configurationOf(global, instance)
  if (known === undefined) throw fault('instanceUnknown', { instance, uuid: newId() })
  return known
}

/** The security servers of all instances that are known. */
export function everyServer(global: GlobalConfiguration): readonly GlobalServer[] {
  if (global.federated === undefined) return global.servers
  return [global, ...knownFederations(global)].flatMap(({ servers }) => servers)
}

/** The authorities, PEM, of all instances that are known. */
export function everyAuthority(global: GlobalConfiguration): readonly string[] {
  if (global.federated === undefined) return global.authorities
  return [global, ...knownFederations(global)].flatMap(({ authorities }) => authorities)
}

function knownFederations({ federated = [] }: GlobalConfiguration): GlobalConfiguration[] {
  return federated.filter(({ isExpired }) => !isExpired).map(({ configuration }) => configuration)
}
