import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import { type Decisions, faithfulDecisions } from '../security-server/decisions.ts'
import { type Behaviour, deviations } from './behaviour.ts'

/** What a behaviour was asked, and so which misbehaviours could have made a difference. */
export interface Questions {
  /** How many there have been so far. */
  readonly count: number
  readonly misbehaviours: readonly Misbehaviour[]
}

export interface NotedBehaviour {
  readonly behaviour: Behaviour
  /** The misbehaviours that any question after the first `count` could have been about. */
  questionsSince(count: number): Questions
}

/**
 * Notes every decision that is looked up in a behaviour and every misbehaviour that it is asked for. A misbehaviour that
 * nothing was asked about cannot have had a part in what happened. What is asked before the first `questionsSince`
 * belongs to the start of the environment and counts for ever: how TLS listens is asked only then.
 */
export function noted(behaviour: Behaviour): NotedBehaviour {
  const last = new Map<string, number>()
  const atStart = new Set<string>()
  let count = 0
  let started = false

  function note(question: string): void {
    count += 1
    last.set(question, count)
    if (!started) atStart.add(question)
  }

  return {
    behaviour: {
      decisions: new Proxy(behaviour.decisions, {
        get(decisions, name, receiver) {
          if (typeof name === 'string') note(name)
          return Reflect.get(decisions, name, receiver)
        },
      }),
      has(name) {
        note(name)
        return behaviour.has(name)
      },
    },
    questionsSince(earlier) {
      started = true
      const asked = new Set([...atStart, ...[...last].filter(([, at]) => at > earlier).map(([question]) => question)])
      const ofDecisions = Object.entries(deviations)
        .filter(([, deviate]) => Object.keys(deviate(faithfulDecisions)).some((decision) => asked.has(decision)))
        .map(([name]) => name as Misbehaviour)
      return { count, misbehaviours: [...new Set([...ofDecisions, ...[...asked].filter(isNotDecision)])] }
    },
  }
}

function isNotDecision(question: string): question is Misbehaviour {
  return !Object.hasOwn(faithfulDecisions satisfies Decisions, question)
}
