export interface XmlElement {
  /** Name as written, prefix included. */
  readonly name: string
  readonly localName: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  /** Every attribute as written, namespace declarations included, values resolved. */
  readonly written: readonly { readonly name: string; readonly value: string }[]
  readonly source: string
  readonly empty: boolean
  /** Offsets in the text: of `<`, and behind the start tag. */
  readonly start: number
  readonly end: number
}

export interface XmlAttribute {
  readonly name: string
  readonly localName: string
  /** Empty for a name without prefix. */
  readonly namespace: string
  readonly value: string
}
