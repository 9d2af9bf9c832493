import { randomUUID } from 'node:crypto'
import { type ClientId, clientId, type SubsystemId } from '../../fixtures/identifiers.ts'
import type { Target } from '../target/target.ts'

/** A subsystem that nobody has heard of, of the second organisation. */
export function newcomer(target: Target): SubsystemId {
  const { instance, memberClass, memberCode } = target.client('other-tenant')
  return clientId(instance, memberClass, memberCode, `Newcomer-${randomUUID()}`) as SubsystemId & ClientId
}
