import { createCipheriv, createHmac } from 'node:crypto'

/** The secrets of one TLS 1.2 connection with AES-128-GCM and SHA-256 (RFC 5246 6.3, RFC 5288). */
export interface ConnectionKeys {
  readonly master: Buffer
  /** Encrypts the first record of the client. */
  sealFirst(type: number, content: Buffer): Buffer
}

export function deriveKeys(premaster: Buffer, clientRandom: Buffer, serverRandom: Buffer): ConnectionKeys {
  const master = prf(premaster, 'master secret', Buffer.concat([clientRandom, serverRandom]), 48)
  const block = prf(master, 'key expansion', Buffer.concat([serverRandom, clientRandom]), 40)
  const [key, salt] = [block.subarray(0, 16), block.subarray(32, 36)]
  return {
    master,
    sealFirst(type, content) {
      // Sequence number and explicit nonce are zero in the first record.
      const nonce = Buffer.alloc(8)
      const cipher = createCipheriv('aes-128-gcm', key, Buffer.concat([salt, nonce]))
      const length = Buffer.of(content.length >> 8, content.length & 0xff)
      cipher.setAAD(Buffer.concat([Buffer.alloc(8), Buffer.of(type, 3, 3), length]))
      return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
    },
  }
}

/** The pseudorandom function with SHA-256 (RFC 5246 5). */
export function prf(secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed])
  const parts: Buffer[] = []
  for (let a: Buffer = labelled; Buffer.concat(parts).length < length; ) {
    a = hmac(secret, a)
    parts.push(hmac(secret, Buffer.concat([a, labelled])))
  }
  return Buffer.concat(parts).subarray(0, length)
}

function hmac(secret: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', secret).update(data).digest()
}
