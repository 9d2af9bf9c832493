import { type Misbehaviour, misbehaviours } from '../../fixtures/misbehaviours.ts'
import { faithfulDecisions } from '../security-server/decisions.ts'
import { type Behaviour, deviations } from './behaviour.ts'
import { downloadDeviations } from './download-deviations.ts'
import { managementDeviations } from './management-deviations.ts'
import { publishingDeviations } from './publishing-deviations.ts'

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

  function watch<Group extends object>(decisions: Group, question: (name: string) => string): Group {
    return new Proxy(decisions, {
      get(target, name, receiver) {
        if (typeof name === 'string') note(question(name))
        return Reflect.get(target, name, receiver)
      },
    })
  }

  return {
    behaviour: {
      decisions: watch(behaviour.decisions, (name) => `decision ${name}`),
      // What is published is decided once and then kept: any question may be about what an earlier one has settled.
      publishing: watch(behaviour.publishing, () => 'publishing'),
      download: watch(behaviour.download, () => 'download'),
      management: watch(behaviour.management, (name) => `management ${name}`),
      has(name) {
        note(name)
        return behaviour.has(name)
      },
    },
    questionsSince(earlier) {
      started = true
      const wasAsked = (question: string) => atStart.has(question) || (last.get(question) ?? 0) > earlier
      return { count, misbehaviours: misbehaviourNames.filter((name) => questionsAbout(name).some(wasAsked)) }
    },
  }
}

const misbehaviourNames = Object.keys(misbehaviours) as Misbehaviour[]

function questionsAbout(name: Misbehaviour): string[] {
  const decisions = Object.keys(deviations[name]?.(faithfulDecisions) ?? {}).map((decision) => `decision ${decision}`)
  const publishing = name in publishingDeviations ? ['publishing'] : []
  const download = name in downloadDeviations ? ['download'] : []
  const management = Object.keys(managementDeviations[name] ?? {}).map((decision) => `management ${decision}`)
  return [name, ...decisions, ...publishing, ...download, ...management]
}
