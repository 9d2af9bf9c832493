/** Shapes of the golden data: what is sent, what the provider is told to answer, and what came. */

/** Bytes: a string in UTF-8, one of the wrapped forms, or a list of these, joined. */
export type Bytes =
  | string
  | { readonly text: string }
  | { readonly latin1: string }
  | { readonly base64: string }
  | { readonly repeat: { readonly text: string; readonly times: number } }
  | readonly Bytes[]

export type Header = readonly [name: string, value: string]

export interface GoldenRequest {
  readonly method: string
  readonly target?: string
  readonly version?: string
  readonly headers?: readonly Header[]
  readonly body?: Bytes
  /** Replaces request line, headers and empty line. */
  readonly raw?: Bytes
  readonly headEncoding?: 'latin1'
  /** Sizes of the first packets; the rest goes last. */
  readonly split?: readonly number[]
  readonly splitDelayMs?: number
  readonly expectContinue?: boolean
  readonly expectWaitMs?: number
  readonly halfClose?: boolean
  /** Destroy the connection after that many bytes. */
  readonly abortAfter?: number
}

export type ProviderAction = { readonly send: Bytes } | { readonly waitMs: number } | { readonly close: 'fin' | 'rst' }

export interface ProviderScript {
  /** When to answer; absent: after the complete request. */
  readonly when?: 'connect' | 'headers'
  readonly actions: readonly ProviderAction[]
}

export interface ClientTlsOptions {
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  readonly ciphers?: string
  readonly servername?: string
  readonly ALPNProtocols?: string[]
}

export interface GoldenCase {
  /** `<group>/<short name>`. */
  readonly name: string
  readonly listener: 'http' | 'https'
  /** Name of the client certificate, or absent. */
  readonly certificate?: string
  readonly tls?: ClientTlsOptions
  readonly tlsOnPlain?: boolean
  readonly plainOnTls?: boolean
  readonly connections?: 'one' | 'pipeline'
  readonly timeoutMs?: number
  readonly requests: readonly GoldenRequest[]
  readonly provider: readonly ProviderScript[]
  readonly tags: readonly string[]
  readonly volatile: readonly string[]
}

export type Framing = 'content-length' | 'chunked' | 'close' | 'none'

export interface TlsFacts {
  readonly protocol: string | null
  readonly cipher: string | null
  readonly alpn: string | null
}

export type Outcome =
  | 'complete'
  | 'truncated'
  | 'timeout'
  | 'reset'
  | 'closed-without-response'
  | 'connect-failed'
  | 'client-aborted'

/** One answer, as it came over the wire. */
export interface RawResponse {
  readonly outcome: Outcome
  readonly status: number | null
  readonly reason?: string
  readonly version?: string
  readonly headers?: readonly Header[]
  readonly framing?: Framing
  readonly body?: Buffer
  readonly closed: boolean
  readonly interim?: readonly number[]
  readonly trailers?: readonly Header[]
  /** Bytes that are no HTTP answer. */
  readonly garbage?: Buffer
  readonly tls?: TlsFacts
  readonly error?: string
}

/** One call that the provider received. */
export interface RawProviderRequest {
  readonly line: string
  readonly headers: readonly Header[]
  readonly framing: Framing
  readonly body: Buffer
  readonly complete: boolean
  /** Number of the connection within the case. */
  readonly connection: number
  readonly trailers?: readonly Header[]
  readonly tls?: { readonly listener: string; readonly clientCertificate: string | null }
}

export interface ProviderEvent {
  readonly event: 'connected' | 'tls-error'
  readonly listener: string
  readonly code?: string
}

export type NormalisedBody =
  | {
      readonly kind: 'fault'
      readonly code: string | null
      readonly message: string | null
      readonly actor: string | null
      readonly text: string
    }
  | { readonly kind: 'rest-error'; readonly code?: string; readonly message?: string; readonly text: string }
  | { readonly kind: 'html'; readonly title: string | null; readonly text: string }
  | {
      readonly kind: 'multipart'
      readonly text: string
      readonly parts: readonly { readonly headers: readonly Header[]; readonly body: NormalisedBody }[]
    }
  | { readonly kind: 'zip'; readonly entries: readonly string[] }
  | { readonly kind: 'json' | 'xml' | 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly base64: string }
  | { readonly kind: 'large'; readonly length: number; readonly sha256: string }
  | { readonly kind: 'empty' }

export interface NormalisedExchange {
  readonly outcome: Outcome
  readonly status: number | null
  readonly reason?: string
  readonly version?: string
  readonly framing?: Framing
  readonly closed: boolean
  readonly headers?: readonly Header[]
  readonly trailers?: readonly Header[]
  readonly interim?: readonly number[]
  readonly body?: NormalisedBody
  /** Expected only where a case is about TLS. */
  readonly tls?: TlsFacts
}

export interface NormalisedProviderRequest {
  readonly line: string
  readonly headers: readonly Header[]
  readonly framing: Framing
  readonly complete: boolean
  readonly connection: number
  readonly body: NormalisedBody
  readonly tls?: { readonly listener: string; readonly clientCertificate: string | null }
}

/** What one case brought, in the comparable form. */
export interface Outcomes {
  readonly exchanges: readonly NormalisedExchange[]
  readonly provider: readonly NormalisedProviderRequest[]
  /** Connections to the provider that brought no request. */
  readonly events: readonly ProviderEvent[]
}
