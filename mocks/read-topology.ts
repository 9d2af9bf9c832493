import { checkTopology } from '../fixtures/check-topology.ts'
import { sharedByText } from '../fixtures/shared-by-text.ts'
import type { Topology, TopologyInput } from '../fixtures/topology.ts'
import { UsageError } from '../fixtures/usage-error.ts'

/** The topology that is written so, the same object for the same text; throws a UsageError that names every mistake. */
export function readTopology(input: TopologyInput): Topology {
  return read(JSON.stringify(input ?? null))
}

const read = sharedByText((json): Topology => {
  const checked = checkTopology(JSON.parse(json))
  if ('topology' in checked) return checked.topology
  throw new UsageError(checked.issues.map(({ path, message }) => `topology ${path.join('.')}: ${message}`).join('\n'))
})
