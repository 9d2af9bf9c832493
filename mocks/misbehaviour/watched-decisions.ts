import { isDeepStrictEqual } from 'node:util'
import { type Misbehaviour, misbehaviours } from '../../fixtures/misbehaviours.ts'
import type { Decisions } from '../security-server/decisions.ts'
import { deviations } from './behaviour.ts'

type Decision = (...input: unknown[]) => unknown

/** What a decision came to. */
type Outcome = { readonly value: unknown } | { readonly thrown: unknown }

/** The decision that a misbehaviour puts in the place of another, which it may ask in turn. */
interface Rival {
  readonly misbehaviour: Misbehaviour
  readonly decide: Decision
  readonly inPlaceOf: (original: Decision) => Decision
}

type Note = (misbehaviour: Misbehaviour) => void

/** The names of all misbehaviours. */
export const misbehaviourNames = Object.keys(misbehaviours) as Misbehaviour[]

/**
 * The same decisions, each of which tells which misbehaviours would have decided otherwise. As long as none of its
 * decisions differs, a misbehaviour makes no difference. Where functions are decided on, no one can say what they would
 * have done: every misbehaviour that decides on them counts as different as soon as one of them is called.
 */
export function watchDecisions(decisions: Decisions, note: Note): Decisions {
  const rivals = rivalsOf(decisions)
  const watched = Object.entries(decisions).map(([name, decision]) => {
    const others = rivals.get(name)
    if (typeof decision !== 'function' || others === undefined) return [name, decision]
    return [name, watchDecision(decision as Decision, others, note)]
  })
  return Object.fromEntries(watched)
}

function rivalsOf(decisions: Decisions): ReadonlyMap<string, readonly Rival[]> {
  const rivals = new Map<string, Rival[]>()
  for (const misbehaviour of misbehaviourNames) {
    for (const [name, decide] of replacedBy(misbehaviour, decisions)) {
      const inPlaceOf = (original: Decision) =>
        replacedBy(misbehaviour, { ...decisions, [name]: original }).get(name) ?? original
      rivals.set(name, [...(rivals.get(name) ?? []), { misbehaviour, decide, inPlaceOf }])
    }
  }
  return rivals
}

function replacedBy(misbehaviour: Misbehaviour, decisions: Decisions): ReadonlyMap<string, Decision> {
  return new Map(Object.entries(deviations[misbehaviour]?.(decisions) ?? {}) as [string, Decision][])
}

function watchDecision(decide: Decision, rivals: readonly Rival[], note: Note): Decision {
  return (...input) => {
    const { first, others } = askedOnce(input)
    const outcome = outcomeOf(decide, first)
    if ('value' in outcome && outcome.value instanceof Promise) {
      return afterRivals(outcome.value, input, rivals, note)
    }
    if ('value' in outcome && isOfFunctions(outcome.value)) {
      return whenCalled(outcome.value, () => {
        for (const { misbehaviour } of rivals) note(misbehaviour)
      })
    }
    for (const { misbehaviour, decide: other } of rivals) {
      if (!isDeepStrictEqual(outcomeOf(other, others()), outcome)) note(misbehaviour)
    }
    return resultOf(outcome)
  }
}

type Functions = Decision | Readonly<Record<string, Decision>>

function isOfFunctions(value: unknown): value is Functions {
  if (typeof value !== 'object' || value === null) return typeof value === 'function'
  const parts = Object.values(value)
  return parts.length > 0 && parts.every((part) => typeof part === 'function')
}

function whenCalled(functions: Functions, called: () => void): Functions {
  const watch =
    (original: Decision): Decision =>
    (...input) => {
      called()
      return original(...input)
    }
  if (typeof functions === 'function') return watch(functions)
  return Object.fromEntries(Object.entries(functions).map(([name, one]) => [name, watch(one)]))
}

/** Of a decision that acts and takes time, rivals get what came of it when they would have acted alike. It acts once. */
async function afterRivals(acted: Promise<unknown>, input: unknown[], rivals: readonly Rival[], note: Note) {
  const outcome = await settled(acted)
  await Promise.all(
    rivals.map(async ({ misbehaviour, inPlaceOf }) => {
      const original: Decision = (...others) => {
        if (!isDeepStrictEqual(others, input)) note(misbehaviour)
        return acted
      }
      const started = outcomeOf(inPlaceOf(original), input)
      const other = 'value' in started ? await settled(Promise.resolve(started.value)) : started
      if (!isDeepStrictEqual(other, outcome)) note(misbehaviour)
    }),
  )
  return resultOf(outcome)
}

function outcomeOf(decide: Decision, input: unknown[]): Outcome {
  try {
    return { value: decide(...input) }
  } catch (thrown) {
    return { thrown }
  }
}

function settled(promise: Promise<unknown>): Promise<Outcome> {
  return promise.then(
    (value) => ({ value }),
    (thrown) => ({ thrown }),
  )
}

function resultOf(outcome: Outcome): unknown {
  if ('thrown' in outcome) throw outcome.thrown
  return outcome.value
}

/** Input whose functions answer everybody what they answered whoever asked first, so that made ids are the same for all. */
function askedOnce(input: unknown[]): { first: unknown[]; others: () => unknown[] } {
  const answers = new Map<number, Outcome[]>()
  const replaying = (at: number, ask: Decision): Decision => {
    const known = answers.get(at) ?? []
    answers.set(at, known)
    let asked = 0
    return (...question) => {
      const outcome = known[asked] ?? outcomeOf(ask, question)
      known[asked] = outcome
      asked += 1
      return resultOf(outcome)
    }
  }
  const copy = () => input.map((one, at) => (typeof one === 'function' ? replaying(at, one as Decision) : one))
  return { first: copy(), others: copy }
}
