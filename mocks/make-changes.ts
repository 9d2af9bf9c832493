import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import type { Behaviour } from './misbehaviour/behaviour.ts'
import type { GlobalConfiguration } from './security-server/global-configuration.ts'
import type { RunningSecurityServer } from './security-server/security-server.ts'
import type { ServerRegistry } from './security-server/server-registry.ts'

/** Whether other configurations are to be downloaded after a change than before. */
export function changesFederations(change: ConfigurationChange): boolean {
  return change.kind === 'set-settings' && change.settings.allowedFederations !== undefined
}

/** Makes an administrator's changes, as far as the behaviour lets them be made. */
export function makeChanges(
  registry: ServerRegistry,
  running: ReadonlyMap<string, RunningSecurityServer>,
  global: () => GlobalConfiguration,
  behaviour: () => Behaviour,
): (code: string, change: ConfigurationChange) => Promise<void> {
  return async (code, change) => {
    const { authorities } = global()
    if (behaviour().has('ignore-changes')) return registry.refuse(code, change, authorities)
    if (change.kind === 'import-signing-certificate' && behaviour().has('forget-signing-certificates')) {
      return registry.refuse(code, change, authorities)
    }
    try {
      registry.change(code, change, authorities)
    } catch (error) {
      if (change.kind === 'set-internal-certificate' && behaviour().has('accept-unusable-certificates')) return
      if (change.kind === 'set-client-status' && behaviour().has('disable-in-any-state')) return
      throw error
    }
    if (change.kind !== 'set-internal-certificate') return
    await running.get(code)?.useInternalCertificate(registry.configuration(code).internalCertificate)
  }
}
