import type { SubsystemId } from '../../fixtures/identifiers.ts'
import type { Target } from '../target/target.ts'
import { newMember } from './new-member.ts'

/** A subsystem of a member that nobody has heard of. */
export function newcomer(target: Target): SubsystemId {
  return { ...newMember(target), kind: 'subsystem', subsystemCode: 'Newcomer' }
}
