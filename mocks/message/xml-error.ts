/** XML that is not well-formed, in the words that a security server's parser uses; line and column count from 1. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
  /** Absent for a document that ends before it begins. */
  readonly position: { readonly line: number; readonly column: number } | undefined

  constructor(message: string, position?: { readonly line: number; readonly column: number }) {
    super(message)
    this.position = position
  }
}
