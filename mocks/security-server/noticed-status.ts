import type { ClientStatus } from '../../fixtures/connection-type.ts'

const awaiting: readonly ClientStatus[] = ['saved', 'registration in progress', 'global error', 'enabling in progress']

/** What becomes of a client when its server sees that the global configuration lists it there, or does not (STATE-03, STATE-04). */
export function noticedStatus(status: ClientStatus, isListed: boolean): ClientStatus {
  if (isListed) return awaiting.includes(status) ? 'registered' : status
  if (status === 'registered') return 'global error'
  return status === 'disabling in progress' ? 'disabled' : status
}
