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

/** Line and column of an offset in a text, both from 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let at = 0; at < offset; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) {
      line += 1
      lineStart = at + 1
    }
  }
  return { line, column: offset - lineStart + 1 }
}
