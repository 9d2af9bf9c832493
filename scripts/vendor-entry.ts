import { dirname, resolve } from 'node:path'
import type { TopologyInput } from '../fixtures/topology.ts'
import { type EnvironmentOptions, type RunningEnvironment, startEnvironment as start } from '../mocks/environment.ts'
import { defaultTopologyFile } from './package-facts.ts'
import { readTopologyFile } from './topology-file.ts'

/** What `import 'roadworthy'` gives: the mock exchange layer for a test of your own. */
export type { Bindings } from '../fixtures/bindings.ts'
export type { ConfigurationChange } from '../fixtures/configuration-change.ts'
export type { Connection } from '../fixtures/connection.ts'
export type { Exchange } from '../fixtures/exchange.ts'
export type { Topology, TopologyInput } from '../fixtures/topology.ts'
export { UsageError } from '../fixtures/usage-error.ts'
export type { EnvironmentOptions, RunningEnvironment } from '../mocks/environment.ts'
export { restTestHandlers, soapTestHandlers } from '../mocks/information-system/test-service-handlers.ts'

/**
 * Starts a mock exchange layer in this process: the built-in fi-dev, the topology of a YAML file (PEM files in it are
 * relative to it), or a topology given as an object. Rejects with a UsageError if the topology has a mistake.
 *
 * @example
 * await using environment = await startEnvironment()
 * const { https } = environment.bindings.servers['ss1']
 */
export async function startEnvironment(
  topology: string | TopologyInput = defaultTopologyFile(),
  options: EnvironmentOptions = {},
): Promise<RunningEnvironment> {
  if (typeof topology !== 'string') return start(topology, options)
  const file = resolve(topology)
  return start(readTopologyFile(file), { baseFolder: dirname(file), ...options })
}
