import type { ServerKeyExchange } from './key-exchange.ts'

/** What came back to one ClientHello. */
export type Greeting = Greeted | Refused | Unanswered

/** The server took the offer up. */
export interface Greeted extends ServerHello {
  readonly kind: 'greeted'
  /** DER, leaf first; empty in TLS 1.3, which sends it encrypted, and for anonymous suites. */
  readonly certificates: readonly Buffer[]
  readonly keyExchange?: ServerKeyExchange
  /** Present if a client certificate is asked for. */
  readonly certificateRequest?: CertificateRequest
}

export interface ServerHello {
  readonly version: string
  /** IANA name. */
  readonly suite: string
  readonly random: Buffer
  /** Code of the compression method; 0 is none. */
  readonly compression: number
  /** Contents of the extensions that the server answers, by IANA name. */
  readonly extensions: ReadonlyMap<string, Buffer>
  /** Whether this is the HelloRetryRequest of TLS 1.3, which asks for a key of a group. */
  readonly isRetryRequest: boolean
  /** The group that a HelloRetryRequest asks for. */
  readonly group?: string
}

export interface CertificateRequest {
  /** IANA names. */
  readonly types: readonly string[]
  /** IANA names; empty before TLS 1.2, which has none. */
  readonly signatureAlgorithms: readonly string[]
  /** DER names of the authorities that may have issued the certificate. */
  readonly authorities: readonly Buffer[]
}

export interface Refused {
  readonly kind: 'refused'
  /** IANA name of the alert, or `closed` for a connection closed without one. */
  readonly alert: string
}

/** What came back is no answer in TLS. */
export interface Unanswered {
  readonly kind: 'unanswered'
  readonly reason: UnansweredReason
  /** Error code of the system, or the beginning of what the peer said. */
  readonly detail: string
}

export type UnansweredReason =
  /** The name has no address. */
  | 'unresolved'
  /** Nobody takes the connection. */
  | 'unreachable'
  /** Not one byte came in time. */
  | 'silent'
  /** Some bytes came in time, but no whole answer. */
  | 'slow'
  /** What came speaks HTTP. */
  | 'http'
  /** What came is no TLS. */
  | 'garbage'
