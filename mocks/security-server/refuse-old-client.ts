import { fault } from '../fault/fault.ts'
import type { MessageContext } from './message-context.ts'

/** Throws a FaultError where the consumer's security server is older than this one allows (SVC-17). */
export function refuseOldClient({ configuration, profile, decisions }: MessageContext, clientVersion: string): void {
  const minimum = configuration.settings.minimumClientVersion ?? profile.minimumClientVersion
  if (minimum === undefined || !profile.quirks.checksClientVersion) return
  if (!decisions.isAtLeast(clientVersion, minimum)) throw fault('clientVersionTooOld', { minimum })
}
