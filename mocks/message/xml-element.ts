/** An element as its start tag has it. */
export interface XmlElement {
  /** Name as written, prefix included. */
  readonly name: string
  readonly localName: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  /** Every attribute as written, namespace declarations included, values resolved. */
  readonly written: readonly WrittenAttribute[]
  readonly source: string
  readonly empty: boolean
  /** Offsets in the text: of `<`, and behind the start tag. */
  readonly start: number
  readonly end: number
}

/** An attribute as it is written, its value resolved. */
export interface WrittenAttribute {
  readonly name: string
  readonly value: string
}

export interface XmlAttribute extends WrittenAttribute {
  readonly localName: string
  /** Empty for a name without prefix. */
  readonly namespace: string
}
