import { expect, type TaskMeta } from 'vitest'
import { clientMisbehaviours } from '../../fixtures/client-misbehaviours.ts'
import type { DeclaredScenario } from '../declared-scenario.ts'
import { connectTo } from '../target/connect-to.ts'
import { NotApplicable } from '../target/not-applicable.ts'
import type { Target } from '../target/target.ts'
import type { TargetDescription } from '../target/target-description.ts'
import { isUnmetExpectation } from '../unmet-expectation.ts'
import kills from './kills.json' with { type: 'json' }
import { watchTarget } from './watch-target.ts'

/** Targets that behave, one for each worker so that none sees what another asks, and one for each way not to. */
export interface ProofTargets {
  readonly faithful: readonly TargetDescription[]
  readonly misbehaving: Readonly<Record<string, TargetDescription>>
}

type Opener = readonly [misbehaviour: string, open: () => Target]

interface Openers {
  readonly faithful: () => Target
  readonly misbehaving: readonly Opener[]
  /** The misbehaviours that a call shows which only has to be answered. */
  readonly plain: ReadonlySet<string>
}

interface Outcome {
  readonly misbehaviour: string
  readonly error: Error | undefined
}

/** Targets that are tried at the same time: enough to wait for one another, too few to run into the limits of providers. */
const atOnce = 40

/** Bytes: more than any other body has, and little enough for hundreds of targets. */
const largeBody = 192 * 1024

let openers: Promise<Openers> | undefined

/**
 * Asserts that a scenario passes on the faithful target and fails with exactly the misbehaviours that kills.json names.
 * Unless it is `thorough`, those alone are tried.
 */
export async function prove(
  scenario: DeclaredScenario,
  targets: ProofTargets,
  thorough: boolean,
  meta: TaskMeta,
): Promise<void> {
  openers ??= openAll(targets)
  const { faithful, misbehaving, plain } = await openers
  const expected = expectedFor(scenario.name)
  const candidates = await candidatesFor(scenario, faithful(), plain)
  const tried = thorough ? candidates : new Set(expected)
  const relevant = misbehaving.filter(([misbehaviour]) => tried.has(misbehaviour))
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
  expect(failedBy, message).toEqual(expected)
}

/** Runs a scenario where all is as it should be, and tells which misbehaviours could have changed something. */
async function candidatesFor(
  scenario: DeclaredScenario,
  opened: Target,
  plain: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { target, looksAtTls, looksAtClient } = watchTarget(opened)
  const { count } = await target.control.questions()
  await scenario.run(target)
  // Whatever would have answered everything alike in the meantime cannot change the outcome.
  const { misbehaviours, atStart } = await target.control.questions(count)
  const handshakes = looksAtTls() ? atStart : atStart.filter((misbehaviour) => plain.has(misbehaviour))
  const mistakesOfClients = looksAtClient() ? Object.keys(clientMisbehaviours) : []
  return new Set([...misbehaviours, ...handshakes, ...mistakesOfClients])
}

async function openAll({ faithful, misbehaving }: ProofTargets): Promise<Openers> {
  const own = faithful[(Number(process.env['VITEST_POOL_ID']) - 1) % faithful.length]
  if (own === undefined) throw new Error('there is no target that behaves')
  const openFaithful = connectTo({ ...own, largeBody })
  // From here on nothing belongs to its start.
  await openFaithful().control.questions()
  const others = Object.entries(misbehaving).map(
    ([name, description]) => [name, connectTo({ ...description, largeBody })] as const,
  )
  const ordinary = await ordinaryStatus(openFaithful)
  const statuses = await Promise.all(others.map(async ([name, open]) => [name, await ordinaryStatus(open)] as const))
  const plain = statuses.filter(([, status]) => status !== ordinary).map(([name]) => name)
  return { faithful: openFaithful, misbehaving: others, plain: new Set(plain) }
}

/** What becomes of an ordinary call that goes over TLS all the way. */
async function ordinaryStatus(open: () => Target): Promise<number | undefined> {
  const target = open()
  const seen = await target.ask('rest', target.service('secure', 'rest'), { client: target.client('https') })
  return seen.kind === 'response' ? seen.status : undefined
}

async function errorOf(scenario: DeclaredScenario, target: Target): Promise<Error | undefined> {
  try {
    await scenario.run(target)
    return undefined
  } catch (error) {
    // A client that makes no calls, for one, does nothing wrong in them.
    return error instanceof NotApplicable ? undefined : (error as Error)
  }
}

function expectedFor(name: string): string[] {
  return Object.entries(kills as Record<string, string[]>)
    .filter(([, scenarios]) => scenarios.includes(name))
    .map(([misbehaviour]) => misbehaviour)
}
