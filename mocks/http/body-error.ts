/** A body that broke off or is not framed as announced. The words for a client are for the one who renders the fault. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly kind:
    | 'cut-short'
    | 'chunk-cut-short'
    | 'chunk-end-missing'
    | 'chunk-end-overrun'
    | 'last-chunk-missing'
    | 'bad-chunk-size'
    | 'negative-chunk-size'
    | 'bad-trailer'
    | 'trailer-too-large'
  /** Bytes announced and bytes received, of the body or of the chunk. */
  readonly expected: number
  readonly received: number
  /** The text that should have been a chunk size, or what is wrong with the trailer. */
  readonly found: string

  constructor(kind: BodyError['kind'], facts: { expected?: number; received?: number; found?: string } = {}) {
    super(`the body is not what its framing announced: ${kind}`)
    this.kind = kind
    this.expected = facts.expected ?? 0
    this.received = facts.received ?? 0
    this.found = facts.found ?? ''
  }
}
