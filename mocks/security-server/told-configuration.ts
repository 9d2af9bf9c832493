import { versionSays } from '../../fixtures/configuration-version.ts'
import type { GlobalConfiguration } from './global-configuration.ts'

/** What servers of a release know that are told the global configuration: what its newest version would have said. */
export function toldConfiguration(global: () => GlobalConfiguration, version: number): () => GlobalConfiguration {
  let full: GlobalConfiguration | undefined
  let known: GlobalConfiguration | undefined
  return () => {
    const now = global()
    // Only once for each: every message asks.
    if (known === undefined || now !== full) known = knownByVersion(now, version)
    full = now
    return known
  }
}

function knownByVersion(global: GlobalConfiguration, version: number): GlobalConfiguration {
  const named = versionSays(version, 'subsystemNames')
  const maintained = versionSays(version, 'maintenanceMode')
  if (named && maintained) return global
  const withName = (name: string | undefined) => (named ? name : undefined)
  return {
    ...global,
    members: global.members.map((member) => ({
      ...member,
      subsystems: member.subsystems.map(({ id, name }) => ({ id, name: withName(name) })),
    })),
    servers: global.servers.map((server) => (maintained ? server : { ...server, maintenance: undefined })),
  }
}
