import { type Behaviour, behaviourWith } from './behaviour.ts'
import { type NotedBehaviour, noted } from './noted-behaviour.ts'

/** A behaviour that can be replaced while everything runs. */
export interface SwitchableBehaviour {
  readonly current: Behaviour
  /** Replaces the set of misbehaviours; throws a UsageError for a name that is none. */
  misbehave(names: readonly string[]): void
  /** What was asked of any behaviour so far, if that is noted. */
  readonly questionsSince: NotedBehaviour['questionsSince'] | undefined
}

/** Begins with these misbehaviours; noting what is asked costs time on every message. */
export function switchableBehaviour(
  names: readonly string[] = [],
  { noteQuestions = false }: { readonly noteQuestions?: boolean } = {},
): SwitchableBehaviour {
  const initial = behaviourWith(names)
  const notes = noteQuestions ? noted(initial) : undefined
  let current = notes?.behaviour ?? initial
  return {
    get current() {
      return current
    },
    misbehave(others) {
      const wanted = behaviourWith(others)
      current = notes?.followedBy(wanted) ?? wanted
    },
    questionsSince: notes?.questionsSince,
  }
}
