import type { ConfigurationChange } from '../fixtures/configuration-change.ts'
import type { Behaviour } from './control/behaviour.ts'
import type { RunningSecurityServer } from './security-server/security-server.ts'
import type { ServerRegistry } from './security-server/server-registry.ts'

/** Makes an administrator's changes, as far as the behaviour lets them be made. */
export function makeChanges(
  registry: ServerRegistry,
  running: ReadonlyMap<string, RunningSecurityServer>,
  behaviour: () => Behaviour,
): (code: string, change: ConfigurationChange) => Promise<void> {
  return async (code, change) => {
    if (behaviour().has('ignore-changes')) return registry.refuse(code, change)
    try {
      registry.change(code, change)
    } catch (error) {
      if (change.kind === 'set-internal-certificate' && behaviour().has('accept-unusable-certificates')) return
      throw error
    }
    if (change.kind !== 'set-internal-certificate') return
    await running.get(code)?.useInternalCertificate(registry.configuration(code).internalCertificate)
  }
}
