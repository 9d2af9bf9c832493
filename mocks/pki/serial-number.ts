import { createHmac, type KeyObject, randomBytes } from 'node:crypto'

/**
 * A serial number of 16 bytes by which an authority knows its own certificates again, with no register that would have
 * to outlive the process: 8 random bytes, and 8 that only who holds the authority's key can make of them.
 */
export function newSerialNumber(issuerKey: KeyObject): Buffer {
  const random = randomBytes(8)
  // Neither negative nor shorter than 16 bytes.
  random.writeUInt8((random.readUInt8(0) & 0x7f) | 0x40, 0)
  return Buffer.concat([random, mark(random, issuerKey)])
}

/** Whether a certificate of that number was issued with that key. */
export function isOwnSerialNumber(serialNumber: Buffer, issuerKey: KeyObject): boolean {
  const [random, rest] = [serialNumber.subarray(0, 8), serialNumber.subarray(8)]
  return random.length === 8 && rest.equals(mark(random, issuerKey))
}

function mark(random: Buffer, issuerKey: KeyObject): Buffer {
  const secret = issuerKey.export({ type: 'pkcs8', format: 'der' })
  return createHmac('sha256', secret).update('serial number').update(random).digest().subarray(0, 8)
}
