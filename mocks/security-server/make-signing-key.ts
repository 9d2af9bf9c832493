import { createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { formatPath, type MemberId, type ServerId } from '../../fixtures/identifiers.ts'
import { writeCertificateRequest } from '../pki/write-certificate-request.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import type { SigningKey } from './signing.ts'

const generate = promisify(generateKeyPair)

/** Generates a key for a member, and a request (PKCS#10, PEM) for a signing certificate of the Finnish profile. */
export async function makeSigningKey(
  member: MemberId,
  { owner, serverCode }: ServerId,
  { members }: GlobalConfiguration,
): Promise<{ readonly key: SigningKey; readonly request: string }> {
  const path = formatPath(member)
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  const request = writeCertificateRequest(privateKey, {
    C: 'FI',
    O: members.find(({ id }) => formatPath(id) === path)?.name ?? member.memberCode,
    CN: member.memberCode,
    serialNumber: `${owner.instance}/${serverCode}/${member.memberClass}`,
  })
  return { key: { member: path, publicKey: createPublicKey(privateKey) }, request }
}
