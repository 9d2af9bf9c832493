import type { Misbehaviour } from '../../fixtures/misbehaviours.ts'
import type { Behaviour } from './behaviour.ts'
import { downloadDeviations } from './download-deviations.ts'
import { managementDeviations } from './management-deviations.ts'
import { publishingDeviations } from './publishing-deviations.ts'
import { misbehaviourNames, watchDecisions } from './watched-decisions.ts'

/** What a behaviour was asked, and so which misbehaviours could have made a difference. */
export interface Questions {
  /** How many there have been so far. */
  readonly count: number
  /** The misbehaviours that could have answered them in another way. */
  readonly misbehaviours: readonly Misbehaviour[]
  /** Those that could have answered what was asked when the environment started: how to shake hands, above all. */
  readonly atStart: readonly Misbehaviour[]
}

export interface NotedBehaviour {
  readonly behaviour: Behaviour
  /** Another behaviour to take its place, whose questions are counted on. */
  followedBy(behaviour: Behaviour): Behaviour
  /** About any question after the first `count`. */
  questionsSince(count: number): Questions
}

/**
 * Notes every misbehaviour that would have decided otherwise, or that is asked for by its name. Any other cannot have had
 * a part in what happened. What is asked before the first `questionsSince` belongs to the start of the environment.
 */
export function noted(initial: Behaviour): NotedBehaviour {
  const last = new Map<Misbehaviour, number>()
  const atStart = new Set<Misbehaviour>()
  let count = 0
  let started = false

  function note(...names: readonly Misbehaviour[]): void {
    count += 1
    for (const name of names) {
      last.set(name, count)
      if (!started) atStart.add(name)
    }
  }

  /** What is decided once and then kept: any question may be about what an earlier one has settled. */
  function noteAll<Group extends object>(decisions: Group, names: readonly Misbehaviour[]): Group {
    return new Proxy(decisions, {
      get(target, name, receiver) {
        note(...names)
        return Reflect.get(target, name, receiver)
      },
    })
  }

  /** What is asked by the name of a decision, and answered anew each time. */
  function noteEach<Group extends object>(
    decisions: Group,
    deviations: Readonly<Partial<Record<Misbehaviour, Partial<Group>>>>,
  ): Group {
    return new Proxy(decisions, {
      get(target, name, receiver) {
        note(...misbehaviourNames.filter((misbehaviour) => name in (deviations[misbehaviour] ?? {})))
        return Reflect.get(target, name, receiver)
      },
    })
  }

  function watch(behaviour: Behaviour): Behaviour {
    return {
      decisions: watchDecisions(behaviour.decisions, note),
      publishing: noteAll(behaviour.publishing, namesIn(publishingDeviations)),
      download: noteAll(behaviour.download, namesIn(downloadDeviations)),
      management: noteEach(behaviour.management, managementDeviations),
      has(name, wouldShow = () => true) {
        if (wouldShow()) note(name)
        return behaviour.has(name)
      },
    }
  }

  return {
    behaviour: watch(initial),
    followedBy: watch,
    questionsSince(earlier) {
      started = true
      const matters = (name: Misbehaviour) => (last.get(name) ?? 0) > earlier
      return { count, misbehaviours: misbehaviourNames.filter(matters), atStart: [...atStart] }
    },
  }
}

function namesIn(deviations: object): readonly Misbehaviour[] {
  return misbehaviourNames.filter((name) => name in deviations)
}
