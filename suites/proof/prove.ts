import { expect, type TaskMeta } from 'vitest'
import type { DeclaredScenario } from '../declared-scenario.ts'
import { connectTo } from '../target/connect-to.ts'
import type { Target } from '../target/target.ts'
import type { TargetDescription } from '../target/target-description.ts'
import { isUnmetExpectation } from '../unmet-expectation.ts'
import kills from './kills.json' with { type: 'json' }

/** One target that behaves, and one for each way not to. */
export interface ProofTargets {
  readonly faithful: TargetDescription
  readonly misbehaving: Readonly<Record<string, TargetDescription>>
}

interface Openers {
  readonly faithful: () => Target
  readonly misbehaving: readonly (readonly [misbehaviour: string, open: () => Target])[]
}

interface Outcome {
  readonly misbehaviour: string
  readonly error: Error | undefined
}

/** Targets that are tried at the same time: enough to wait for one another, too few to run into the limits of providers. */
const atOnce = 40

/** Bytes: more than any other body has, and little enough for hundreds of targets. */
const largeBody = 192 * 1024

let openers: Openers | undefined

/** Asserts that a scenario passes on the faithful target and fails with exactly the misbehaviours that kills.json names. */
export async function prove(scenario: DeclaredScenario, targets: ProofTargets, meta: TaskMeta): Promise<void> {
  openers ??= {
    faithful: connectTo({ ...targets.faithful, largeBody }),
    misbehaving: Object.entries(targets.misbehaving).map(
      ([name, description]) => [name, connectTo({ ...description, largeBody })] as const,
    ),
  }
  const faithful = openers.faithful()
  const { count } = await faithful.control.questions()
  await scenario.run(faithful)
  // Whatever nobody asked about in the meantime cannot change the outcome, and is not tried.
  const { misbehaviours } = await faithful.control.questions(count)
  const relevant = openers.misbehaving.filter(([misbehaviour]) => misbehaviours.includes(misbehaviour))
  const outcomes: Outcome[] = []
  for (let at = 0; at < relevant.length; at += atOnce) {
    const some = relevant.slice(at, at + atOnce)
    outcomes.push(
      ...(await Promise.all(
        some.map(async ([misbehaviour, open]) => ({ misbehaviour, error: await errorOf(scenario, open()) })),
      )),
    )
  }
  const failedBy = outcomes.filter(({ error }) => isUnmetExpectation(error)).map(({ misbehaviour }) => misbehaviour)
  meta.failedBy = failedBy
  for (const { misbehaviour, error } of outcomes) {
    if (error !== undefined && !isUnmetExpectation(error)) {
      throw new Error(`With ${misbehaviour} the scenario breaks instead of failing: ${error.message}`, { cause: error })
    }
  }
  if (failedBy.length === 0) throw new Error('No misbehaviour makes this scenario fail: it proves nothing.')
  const message = 'The misbehaviours that make this scenario fail are not those of suites/proof/kills.json'
  expect(failedBy, message).toEqual(expectedFor(scenario.name))
}

async function errorOf(scenario: DeclaredScenario, target: Target): Promise<Error | undefined> {
  try {
    await scenario.run(target)
    return undefined
  } catch (error) {
    return error as Error
  }
}

function expectedFor(name: string): string[] {
  return Object.entries(kills as Record<string, string[]>)
    .filter(([, scenarios]) => scenarios.includes(name))
    .map(([misbehaviour]) => misbehaviour)
}
