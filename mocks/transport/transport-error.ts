/** What a peer sent is no message of security servers; the text says why. Its connection is closed. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}
