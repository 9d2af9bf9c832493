import type { RawHeader } from '../../fixtures/exchange.ts'
import type { VersionProfile } from '../../fixtures/version-profile.ts'

/** What came of one call, as it stood on the wire. */
export type Answer = Response | HandshakeRefused | NoAnswer

export interface Response {
  readonly kind: 'response'
  readonly status: number
  /** In the order, case and number in which they came. */
  readonly headers: readonly RawHeader[]
  readonly body: Buffer
  readonly tls: TlsFacts | null
}

/** `stage` tells whose fault it was: `client` means that our own side did not offer or did not trust. */
export interface HandshakeRefused {
  readonly kind: 'handshake-refused'
  readonly stage: 'client' | 'server'
  /** Alert name as in RFC 5246 and RFC 8446 (`handshake_failure`), or `closed` for a connection closed without one. */
  readonly alert: string
}

export interface NoAnswer {
  readonly kind: 'no-answer'
  readonly reason: 'timeout' | 'reset' | 'refused' | 'closed' | 'unreachable' | 'malformed' | 'too-long'
}

export interface TlsFacts {
  readonly protocol: string
  /** IANA name. */
  readonly suite: string
  readonly resumed: boolean
}

/** How a call was made: enough to repeat it by hand. */
export interface Call {
  readonly protocol: 'rest' | 'soap' | 'local'
  readonly method: string
  readonly target: string
  readonly over: 'http' | 'https'
  /** Code of the security server. */
  readonly server: string
  /** Path of the client that the message names. */
  readonly client?: string
  /** Name of the certificate that was presented, or `none`. */
  readonly certificate: string
  readonly messageId?: string
  /** Profile of the provider's security server, where the scenario has asked for another release. */
  readonly peer?: string
}

/** Which spelling and wording counts: that of the profile only, or every one that a release or a guide is known to use. */
export interface Acceptance {
  readonly profile: VersionProfile
  readonly exact: boolean
}

/** An answer with the call that brought it about: what scenarios and matchers work on. */
export type Seen<A extends Answer = Answer> = A & { readonly call: Call; readonly acceptance: Acceptance }
