import type { ClientMisbehaviour } from '../../fixtures/client-misbehaviours.ts'
import { connectionMistakes } from './connection-mistakes.ts'
import { restMistakes } from './rest-mistakes.ts'
import { type Change, faithfulConduct, type SampleConduct } from './sample-conduct.ts'
import { soapMistakes } from './soap-mistakes.ts'

const mistakes: Record<ClientMisbehaviour, Change> = { ...connectionMistakes, ...restMistakes, ...soapMistakes }

/** The conduct of the sample client with these mistakes; names of other misbehaviours count for nothing. */
export function conductWith(misbehaviours: readonly string[]): SampleConduct {
  return Object.entries(mistakes)
    .filter(([name]) => misbehaviours.includes(name))
    .reduce((conduct, [, change]) => change(conduct), faithfulConduct)
}
