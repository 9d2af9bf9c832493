import { createHash } from 'node:crypto'

/** What `requestHash` must hold for a message without attachments: base64 of the SHA-512 of its bytes (SOAP-HDR-16). */
export function soapRequestHash(message: string | Buffer): string {
  return createHash('sha512').update(message).digest('base64')
}
