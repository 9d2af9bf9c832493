import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Seen } from './answer.ts'
import { parseFault } from './fault.ts'
import { bodyText, headerValues } from './response.ts'

/**
 * What was seen, as the run record keeps it: plain data in which everything that differs from run to run has a name
 * instead of a value (`<uuid>`, `<date>`, `<host>`), so that two runs can be compared.
 */
const callSchema = z.strictObject({
  protocol: z.enum(['rest', 'soap', 'local']),
  method: z.string(),
  target: z.string(),
  over: z.enum(['http', 'https']),
  server: z.string(),
  client: z.string().optional(),
  certificate: z.string(),
  peer: z.string().optional(),
})

const tlsSchema = z.strictObject({ protocol: z.string(), suite: z.string(), resumed: z.boolean() }).nullable()

export const observationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fault'),
    call: callSchema,
    tls: tlsSchema,
    rendering: z.enum(['soap', 'rest-json', 'rest-xml']),
    status: z.int(),
    /** As the server spelled it. */
    code: z.string(),
    /** How the catalogue spells it (`clientProxy.sslAuthenticationFailed`); null if it does not know the code. */
    key: z.string().nullable(),
    spelling: z.enum(['dotted', 'snake']).nullable(),
    message: z.string(),
    detail: z.enum(['uuid', 'other', 'absent']),
    errorHeader: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('response'),
    call: callSchema,
    tls: tlsSchema,
    status: z.int(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.strictObject({ length: z.int(), sha256: z.string(), excerpt: z.string() }),
  }),
  z.strictObject({
    kind: z.literal('handshake-refused'),
    call: callSchema,
    stage: z.enum(['client', 'server']),
    alert: z.string(),
  }),
  z.strictObject({ kind: z.literal('no-answer'), call: callSchema, reason: z.string() }),
])

export type Observation = z.infer<typeof observationSchema>

/** Makes the comparable form of what was seen. */
export function normalise(seen: Seen): Observation {
  const { messageId: _random, client, peer, ...rest } = seen.call
  const call = { ...rest, ...(client !== undefined && { client }), ...(peer !== undefined && { peer }) }
  switch (seen.kind) {
    case 'handshake-refused':
      return { kind: 'handshake-refused', call, stage: seen.stage, alert: seen.alert }
    case 'no-answer':
      return { kind: 'no-answer', call, reason: seen.reason }
    case 'response': {
      const fault = parseFault(seen)
      if (fault === undefined) return normaliseResponse(seen, call)
      const { rendering, status, code, meaning, message, detail } = fault
      return {
        kind: 'fault',
        call,
        tls: seen.tls,
        rendering,
        status,
        code,
        key: meaning ? [meaning.origin, ...meaning.path].join('.') : null,
        spelling: meaning?.spelling ?? null,
        message: namePlaceholders(message),
        detail: detail === undefined ? 'absent' : uuid.test(detail) ? 'uuid' : 'other',
        errorHeader: headerValues(seen, 'x-road-error').join(', ') || null,
      }
    }
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Gives what differs from run to run a name. */
export function namePlaceholders(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>')
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} \w{3} \d{4} [\d:]{8} GMT\b/g, '<date>')
    .replace(/\b(localhost|127\.0\.0\.1|\[::1\])(\/127\.0\.0\.1)?:\d+\b/g, '<host>')
    .replace(/\b[A-Za-z0-9+/]{86}==/g, '<sha-512>')
}

function normaliseResponse(seen: Seen & { kind: 'response' }, call: Observation['call']): Observation {
  const text = namePlaceholders(bodyText(seen))
  return {
    kind: 'response',
    call,
    tls: seen.tls,
    status: seen.status,
    headers: seen.headers.map(([name, value]) => [name, namePlaceholders(value)]),
    body: {
      length: seen.body.length,
      sha256: createHash('sha256').update(seen.body).digest('hex'),
      excerpt: text.length > 500 ? `${text.slice(0, 500)}…` : text,
    },
  }
}
