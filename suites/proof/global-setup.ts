import type { TestProject } from 'vitest/node'
import { misbehaviours } from '../../fixtures/misbehaviours.ts'
import { defaultTopology } from '../global-setup.ts'
import { type PreparedTarget, startInProcess } from '../target/in-process.ts'
import { onOwnAddress } from './own-address.ts'

/** Starts an environment that behaves for each worker, and one for each misbehaviour; they share their keys. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const topology = defaultTopology(project)
  const faithful: PreparedTarget[] = []
  for (let worker = 0; worker < project.config.maxWorkers; worker += 1)
    faithful.push(await startInProcess({ topology, noteQuestions: true }))
  const misbehaving: Record<string, PreparedTarget> = {}
  for (const [number, name] of Object.keys(misbehaviours).entries())
    misbehaving[name] = await startInProcess({ topology: onOwnAddress(topology, number), misbehaviours: [name] })
  // One and the same topology for all: what is provided is copied for every file of scenarios.
  const describe = ({ description }: PreparedTarget) => ({ ...description, topology })
  project.provide('proof', {
    faithful: faithful.map(describe),
    misbehaving: Object.fromEntries(Object.entries(misbehaving).map(([name, target]) => [name, describe(target)])),
  })
  return async () => {
    for (const target of [...faithful, ...Object.values(misbehaving)]) await target[Symbol.asyncDispose]()
  }
}
