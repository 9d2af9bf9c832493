/** Every certificate and key that a topology implies. */
export interface Credential {
  readonly name: string
  /** PEM, leaf first, then the certificates that issued it. */
  readonly certificate: string
  /** PKCS#8 PEM; absent where only the certificate was given. */
  readonly key?: string
  /** DER of the leaf. */
  readonly der: Buffer
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string
  readonly notBefore: Date
  readonly notAfter: Date
}

export type Keystore = ReadonlyMap<string, Credential>
