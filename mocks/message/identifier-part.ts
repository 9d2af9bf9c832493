import { fault } from '../fault/fault.ts'

/** A part of an identifier must not be missing or blank; the message names the part in X-Road's spelling. */
export function requireNotBlank(
  part: string,
  value: string | undefined,
  situation: 'identifierPartBlank' | 'subsystemBlankInPath' = 'identifierPartBlank',
): string {
  if (value === undefined || value.trim() === '') throw fault(situation, { part })
  return value
}
