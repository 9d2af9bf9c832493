import { type MimeEntity, readEntity, splitParts } from './mime-entity.ts'

/** A signed directory taken apart, nothing of it judged. */
export interface SignedDirectory {
  readonly envelope: MimeEntity
  /** Parts of the envelope: the directory and its signature. */
  readonly parts: readonly MimeEntity[]
  readonly directory: MimeEntity
  readonly signature: MimeEntity | undefined
  /** The first of the directory's parts, which says until when it is valid. */
  readonly validity: MimeEntity
  /** The others: one for each file. */
  readonly entries: readonly MimeEntity[]
}

const nothing: MimeEntity = { headers: [], body: Buffer.alloc(0) }

/** Takes apart what a configuration source answers; the body begins with its own Content-Type. */
export function readSignedDirectory(bytes: Buffer): SignedDirectory {
  const envelope = readEntity(bytes)
  const parts = splitParts(envelope)
  const [directory = nothing, signature] = parts
  const [validity = nothing, ...entries] = splitParts(directory)
  return { envelope, parts, directory, signature, validity, entries }
}
