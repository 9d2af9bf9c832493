import type { TestProject } from 'vitest/node'
import type { Topology } from '../fixtures/topology.ts'
import { startInProcess } from './target/in-process.ts'

/** Gives the project "conformance" a target when it is run by itself; `roadworthy run` provides its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prepared = await startInProcess({ topology: defaultTopology(project), downloadConfiguration: true })
  project.provide('target', prepared.description)
  return async () => {
    await prepared[Symbol.asyncDispose]()
  }
}

/** The topology that vitest.config.ts read. */
export function defaultTopology(project: TestProject): Topology {
  const { topology } = project.getProvidedContext()
  if (topology === undefined) throw new Error('vitest.config.ts provides no topology.')
  return topology
}
