import type { UnansweredReason } from './greeting.ts'

export type TlsProbeFailureReason =
  | UnansweredReason
  /** Every greeting ends in a closed connection. */
  | 'closed'
  /** The server answered and then took no more connections. */
  | 'lost'
  /** The server answers, but the time ran out before everything was known. */
  | 'unfinished'

/** Why a server could not be probed to the end. */
export class TlsProbeFailure extends Error {
  override readonly name = 'TlsProbeFailure'
  readonly reason: TlsProbeFailureReason
  /** What was seen: an error code, or the beginning of what the peer said. */
  readonly detail: string

  constructor(reason: TlsProbeFailureReason, detail: string) {
    super(detail === '' ? reason : `${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
  }
}
