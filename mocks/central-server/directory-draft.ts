export type HeaderLine = readonly [name: string, value: string]

/** One multipart message within another, before it is written. */
export interface DirectoryDraft {
  readonly type: string
  /** Of the first entry, which has no body. */
  readonly validity: readonly HeaderLine[]
  readonly entries: readonly { readonly headers: readonly HeaderLine[]; readonly content: string }[]
}

export interface EnvelopeDraft {
  readonly type: string
  readonly signatureHeaders: readonly HeaderLine[]
  readonly signature: string
  /** Parts behind the signature: none. */
  readonly furtherParts: readonly string[]
}
