import type { ProtocolVersion } from '../../fixtures/tls/versions.ts'

/** What a server negotiates. Every name is IANA's, except those of SSL 2.0, which are its specification's. */
export interface TlsReport {
  readonly host: string
  readonly port: number
  /** The name that was asked for, where one was. */
  readonly serverName?: string
  /** From SSL 2.0 to TLS 1.3, spoken or not. */
  readonly versions: readonly VersionReport[]
  readonly keyExchange: KeyExchangeReport
  /** Algorithms by which TLS 1.2 signs its key exchange, in the order of choice. */
  readonly signatureAlgorithms: readonly string[]
  /** One chain for each kind of key that the server has. */
  readonly chains: readonly ChainReport[]
  /** Absent if nothing before TLS 1.3 is spoken, which sends its request encrypted. */
  readonly clientCertificate?: ClientCertificateReport
  readonly features: FeatureReport
  /** Absent if no certificate is to be seen. */
  readonly serverNameIndication?: ServerNameReport
  /** Application protocols that the server takes, in the order of choice; as far as they show before TLS 1.3. */
  readonly applicationProtocols: readonly string[]
  readonly connections: number
  readonly milliseconds: number
}

export type VersionReport =
  | { readonly version: ProtocolVersion; readonly spoken: false; readonly refusal: string }
  | {
      readonly version: ProtocolVersion
      readonly spoken: true
      /** In the order in which the server chooses among all. */
      readonly suites: readonly string[]
      /** Whose order decides; absent where there is nothing to choose from. */
      readonly preference?: 'server' | 'client'
    }

export interface KeyExchangeReport {
  /** Groups up to TLS 1.2, in the order of choice. */
  readonly groups: readonly string[]
  readonly groupsOfTls13: readonly string[]
  /** Prime fields of Diffie-Hellman up to TLS 1.2. */
  readonly fields: readonly FieldReport[]
}

export interface FieldReport {
  readonly bits: number
  /** IANA or RFC name of a well-known prime. */
  readonly group?: string
  readonly suites: readonly string[]
}

export interface ChainReport {
  /** A suite that shows it. */
  readonly suite: string
  /** Leaf first. */
  readonly certificates: readonly CertificateReport[]
}

export interface CertificateReport {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly serialNumber: string
  /** ISO 8601. */
  readonly validFrom: string
  readonly validTo: string
  /** Such as "rsa 2048" or "ec prime256v1". */
  readonly key: string
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string
}

export interface ClientCertificateReport {
  readonly requested: boolean
  readonly types: readonly string[]
  readonly signatureAlgorithms: readonly string[]
  /** Names of the authorities that the server says it trusts. */
  readonly authorities: readonly string[]
}

/** Absent where nothing that was seen tells. */
export interface FeatureReport {
  readonly secureRenegotiation?: boolean
  readonly compression?: boolean
  readonly extendedMasterSecret?: boolean
  readonly encryptThenMac?: boolean
  readonly sessionTickets?: boolean
  /** Whether a hello that steps down to an older version is refused when it says so (RFC 7507). */
  readonly fallbackRefused?: boolean
  /** Whether the server marks a handshake below what it can do (RFC 8446 4.1.3). */
  readonly downgradeSentinel?: boolean
}

export interface ServerNameReport {
  /** Whether the server acknowledges the name asked for. */
  readonly acknowledged: boolean
  /** What a hello without a name gets. */
  readonly withoutName: 'same certificate' | 'other certificate' | string
  /** What a hello with a name that nobody has gets. */
  readonly unknownName: 'same certificate' | 'other certificate' | string
}
