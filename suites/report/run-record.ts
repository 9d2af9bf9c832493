import { z } from 'zod'
import { observationSchema } from '../observe/normalise.ts'

const reason = z.string()

const verdictSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pass') }),
  z.strictObject({ kind: z.literal('fail'), reason }),
  z.strictObject({ kind: z.literal('warning'), reason }),
  z.strictObject({ kind: z.literal('not-applicable'), reason }),
  z.strictObject({ kind: z.literal('inconclusive'), reason }),
])

const resultSchema = z.strictObject({
  scenario: z.string(),
  /** Path of its file within the suites. */
  file: z.string(),
  covers: z.array(z.string()).min(1),
  verdict: verdictSchema,
  evidence: z.array(observationSchema),
  milliseconds: z.number(),
})

const headerSchema = z.strictObject({
  tool: z.string(),
  started: z.iso.datetime(),
  /** Name of the version profile. */
  profile: z.string(),
  /** Whether only the profile's own wording was accepted. */
  exact: z.boolean(),
  instance: z.string(),
  /** Present where no server was judged, but an information system by its calls. */
  judged: z.literal('client').optional(),
  /** What was called: server code, or path of a service whose information system was judged → addresses. */
  servers: z.record(z.string(), z.array(z.string())),
  /** Which part of a run this is, and of how many; absent for a whole run. */
  shard: z.strictObject({ number: z.int().min(1), of: z.int().min(1) }).optional(),
  /** How many scenarios were chosen, of how many. */
  selected: z.int(),
  available: z.int(),
})

/**
 * The record of one run: what was seen and what it means. Every report is a view of it. A record without a footer is of
 * a run that did not finish.
 */
const runRecordSchema = z.strictObject({
  format: z.literal(1),
  header: headerSchema,
  results: z.array(resultSchema),
  footer: z.strictObject({ finished: z.iso.datetime(), complete: z.literal(true) }),
})

export type RunRecord = z.infer<typeof runRecordSchema>
export type RunHeader = RunRecord['header']
export type Shard = NonNullable<RunHeader['shard']>
export type ScenarioResult = RunRecord['results'][number]

/** A record as long as the run goes on, or of one that was interrupted. */
export type UnfinishedRecord = Omit<RunRecord, 'footer'>

/** Who was judged, as the beginning of a sentence. */
export function judgedParty({ judged, instance }: RunHeader): string {
  return judged === undefined ? instance : `The ${judged}`
}

/** Reads a record from JSON text. Throws an Error with one sentence saying what is wrong with it. */
export function parseRunRecord(text: string, name = 'The run record'): RunRecord {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new Error(`${name} is no JSON.`, { cause })
  }
  if (typeof json === 'object' && json !== null && !('footer' in json)) {
    throw new Error(`${name} has no footer: the run did not finish, so it proves nothing.`)
  }
  const result = runRecordSchema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${name} is no run record of this version: ${issue?.path.join('.')}: ${issue?.message}.`)
}
