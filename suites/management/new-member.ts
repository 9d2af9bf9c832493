import { randomUUID } from 'node:crypto'
import { formatPath, type MemberId } from '../../fixtures/identifiers.ts'
import type { Target } from '../target/target.ts'

/** A member whom nobody has heard of, of the class of the second organisation. */
export function newMember(target: Target): MemberId {
  const { instance, memberClass } = target.client('other-tenant')
  return { kind: 'member', instance, memberClass, memberCode: randomUUID() }
}

/** Adds it to the register, where its registrations wait for approval unless they are to be approved by themselves. */
export async function addMember(target: Target, member: MemberId, approval: 'automatic' | 'by-hand' = 'by-hand') {
  await target.control.addMember(formatPath(member), `Member ${member.memberCode}`)
  if (approval === 'by-hand') await target.control.setApproval(formatPath(member), false)
  return member
}
