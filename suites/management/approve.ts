import { expect } from 'vitest'
import type { Target } from '../target/target.ts'

/** Approves a registration by the number that it was given, as an administrator of the central server does. */
export async function approve(target: Target, requestId: string | number | undefined): Promise<void> {
  expect(`${requestId}`, 'number of the registration').toMatch(/^[1-9]\d*$/)
  const refused = (error: Error) => error.message
  const refusal = await target.control.decide(Number(requestId), true).then(() => 'none', refused)
  expect(refusal, 'refusal of the approval').toBe('none')
}
