import { expect } from 'vitest'
import { formatPath, type MemberId } from '../../fixtures/identifiers.ts'
import type { Target } from '../target/target.ts'
import { haveIssued } from './certificate-order.ts'

/**
 * What an administrator does so that a security server can sign for a member: has it generate a key and a request, has
 * the approved authority issue a certificate for that, and imports it. By default on the consumers' own server.
 */
export async function importSigningCertificate(
  target: Target,
  member: MemberId,
  server: string = target.server,
): Promise<void> {
  const importing = async () => {
    const request = await target.control.requestSigningCertificate(server, formatPath(member))
    const certificate = await haveIssued(target, 'signing', request)
    await target.control.change(server, { kind: 'import-signing-certificate', certificate })
  }
  const refused = (error: Error) => error.message
  expect(await importing().then(() => 'none', refused), 'refusal of the signing certificate').toBe('none')
}
