import type { TestProject } from 'vitest/node'
import { defaultImage } from '../../fixtures/container-layout.ts'
import { connectEngine, requireImage } from '../target/containers/container-engine.ts'
import { MisboundTarget } from '../target/smoke.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why nothing can be started in containers here; undefined if it can. */
    readonly noContainers: string | undefined
  }
}

/**
 * Finds out whether containers can be started here. Where they cannot, says why, once for all projects, and their tests are
 * skipped with that reason; unless ROADWORTHY_REQUIRE_CONTAINERS is set: then nothing may be left out.
 */
export async function setup(project: TestProject): Promise<void> {
  const all = project.vitest.getRootProject()
  if (all.getProvidedContext().noContainers !== undefined) return
  const reason = await reasonAgainst()
  if (reason !== undefined && process.env['ROADWORTHY_REQUIRE_CONTAINERS']) throw new Error(reason)
  if (reason !== undefined) project.vitest.logger.warn(`Tests that start containers are skipped. ${reason}`)
  all.provide('noContainers', reason)
}

async function reasonAgainst(): Promise<string | undefined> {
  try {
    await requireImage(await connectEngine(), defaultImage)
    return undefined
  } catch (error) {
    if (error instanceof MisboundTarget) return error.message
    throw error
  }
}
