import type { TestProject } from 'vitest/node'
import { misbehaviours } from '../../fixtures/misbehaviours.ts'
import { defaultTopology } from '../global-setup.ts'
import { type PreparedTarget, startInProcess } from '../target/in-process.ts'
import type { TargetDescription } from '../target/target-description.ts'
import { startTargetProcess, type TargetProcess } from './start-target-process.ts'

/** Processes with targets that misbehave: as many as keep each far from the number of sockets it may open. */
const processes = 2

/** Starts an environment that behaves for each worker, and one for each misbehaviour; they share their keys. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const topology = defaultTopology(project)
  const faithful: PreparedTarget[] = []
  for (let worker = 0; worker < project.config.maxWorkers; worker += 1)
    faithful.push(await startInProcess({ topology, noteQuestions: true }))
  const numbered = [...Object.keys(misbehaviours).entries()]
  const shares = Array.from({ length: processes }, (_, share) =>
    numbered.filter(([number]) => number % processes === share),
  )
  const misbehaving: readonly TargetProcess[] = await Promise.all(
    shares.map((share) => startTargetProcess({ topology, misbehaviours: share })),
  )
  const described = new Map(misbehaving.flatMap(({ targets }) => targets))
  // One and the same topology for all: what is provided is copied for every file of scenarios.
  const describe = (description: TargetDescription | undefined) => ({ ...(description as TargetDescription), topology })
  project.provide('proof', {
    faithful: faithful.map(({ description }) => describe(description)),
    misbehaving: Object.fromEntries(numbered.map(([, name]) => [name, describe(described.get(name))])),
  })
  return async () => {
    for (const target of [...faithful, ...misbehaving]) await target[Symbol.asyncDispose]()
  }
}
