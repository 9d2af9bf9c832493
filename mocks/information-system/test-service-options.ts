import { randomInt } from 'node:crypto'
import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'

/** Whether a deliberate misbehaviour is switched on, and would show now, if that is asked. */
export type Misbehaves = (name: Misbehaviour, wouldShow?: () => boolean) => boolean

export interface TestServiceOptions {
  /** An integer from 0 to 100, both included. */
  readonly randomInteger?: () => number
  /** Asked anew for each call, so it may change at any time. */
  readonly misbehaves?: Misbehaves
}

/** The options with every default filled in. */
export type TestServiceBehaviour = Required<TestServiceOptions>

export function withDefaults(options: TestServiceOptions): TestServiceBehaviour {
  return { randomInteger: () => randomInt(0, 101), misbehaves: () => false, ...options }
}

/** The random number of one call, RTST-03. */
export function randomNumber({ randomInteger, misbehaves }: TestServiceBehaviour): number {
  if (misbehaves('random-constant')) return 42
  return misbehaves('random-above-hundred') ? 101 + randomInteger() : randomInteger()
}

/** The greeting of both test services; without a name it greets nobody in particular (RTST-07). */
export function greeting(name: string | undefined, { misbehaves }: TestServiceBehaviour): string {
  if (name === undefined || misbehaves('greet-nobody')) return 'Hello! Greetings from adapter server!'
  const shown = misbehaves('greet-in-latin1') ? Buffer.from(name).toString('latin1') : name
  return `Hello ${shown}! Greetings from adapter server!`
}
