import { rawHeaderOf } from './header-value.ts'
import { type MimeEntity, readEntity, splitParts } from './mime-entity.ts'

/** A signed directory taken apart, nothing of it judged. */
export interface SignedDirectory {
  readonly envelope: MimeEntity
  /** Parts of the envelope: the directory and its signature. */
  readonly parts: readonly MimeEntity[]
  readonly directory: MimeEntity
  readonly signature: MimeEntity | undefined
  /** Parts of the directory: the validity and the entries. */
  readonly bodies: readonly MimeEntity[]
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
  const bodies = splitParts(signedEntity(directory))
  const [validity = nothing, ...entries] = bodies
  return { envelope, parts, directory, signature, bodies, validity, entries }
}

/** What was signed is read by its type alone, or as a message of its own if it has none. */
function signedEntity({ headers, body }: MimeEntity): MimeEntity {
  const type = rawHeaderOf(headers, 'Content-Type')
  return type === undefined ? readEntity(body) : { headers: [['Content-Type', type]], body }
}
