import { inject, type TestContext, test } from 'vitest'
import type { Topology } from '../fixtures/topology.ts'
import type { DeclaredScenario, ScenarioOptions } from './declared-scenario.ts'
import './matchers.ts'
import { normalise, type Observation } from './observe/normalise.ts'
import { type ProofTargets, prove } from './proof/prove.ts'
import { connectTo } from './target/connect-to.ts'
import { NotApplicable } from './target/not-applicable.ts'
import type { Target } from './target/target.ts'
import { lackOf, type TargetDescription } from './target/target-description.ts'
import { isUnmetExpectation } from './unmet-expectation.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What to start where no target is provided. */
    topology?: Topology
    target?: TargetDescription
    /** Present in the proof: every scenario then runs against each of these. */
    proof?: ProofTargets
    /** In the proof: tries every misbehaviour that could change something, and not only those that are listed. */
    thorough?: boolean
    /** Names of the scenarios to run; all if absent. */
    selection?: readonly string[]
  }
  interface TaskMeta {
    evidence?: Observation[]
    /** The scenario saw something else than it expected; absent if it passed, or broke before it could judge. */
    unmet?: boolean
    /** In the proof: the misbehaviours that made the scenario fail. */
    failedBy?: string[]
  }
}

let destination: (scenario: DeclaredScenario) => void = registerWithVitest

/**
 * Declares one scenario: one behaviour, judged against whatever target the run has.
 *
 *     scenario('https client refused without certificate (rest)', { covers: ['CONN-HTTPS-02'] }, async (target) => {
 *       const client = target.client('https')
 *       const seen = await target.ask('rest', target.service('random', 'rest'), { client, certificate: 'none' })
 *       expect(seen).toBeFault('certificateMissing', { client })
 *     })
 */
export function scenario(name: string, options: ScenarioOptions, run: (target: Target) => Promise<void>): void {
  destination({ name, ...options, run })
}

/** Hands scenarios that are declared from now on to `collect` instead of Vitest; the result undoes it. */
export function divertScenarios(collect: (scenario: DeclaredScenario) => void): () => void {
  destination = collect
  return () => {
    destination = registerWithVitest
  }
}

let openTarget: (() => Target) | undefined

function registerWithVitest(scenario: DeclaredScenario): void {
  const selection = inject('selection')
  if (selection !== undefined && !selection.includes(scenario.name)) return
  test(scenario.name, { tags: [...scenario.covers] }, async (context) => {
    const proof = inject('proof')
    if (proof === undefined) await judge(scenario, context)
    else await prove(scenario, proof, inject('thorough') ?? false, context.task.meta)
  })
}

async function judge(scenario: DeclaredScenario, context: TestContext): Promise<void> {
  const description = inject('target')
  if (description === undefined) throw new Error('No target: scenarios run in the projects "conformance" and "proof".')
  for (const need of scenario.needs ?? []) {
    const lack = lackOf(need, description)
    if (lack !== undefined) context.skip(lack)
  }
  openTarget ??= connectTo(description)
  const target = openTarget()
  try {
    await scenario.run(target)
  } catch (error) {
    if (error instanceof NotApplicable) context.skip(error.message)
    context.task.meta.unmet = isUnmetExpectation(error)
    throw error
  } finally {
    context.task.meta.evidence = target.evidence.map(normalise)
  }
}
