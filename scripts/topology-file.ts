import { checkTopology } from '../fixtures/check-topology.ts'
import { containerNameIssues } from '../fixtures/container-names.ts'
import type { Topology } from '../fixtures/topology.ts'
import { readYamlFile } from './yaml-file.ts'

/**
 * Reads a topology from a YAML file. Throws a UsageError that names every mistake with file, line and column. The names
 * of PEM files in it stay as they are: they are relative to the folder of this file. Where its parts run apart, each in a
 * container of its own, the names by which they find one another are checked too.
 */
export function readTopologyFile(file: string, { apart = false }: { readonly apart?: boolean } = {}): Topology {
  const yaml = readYamlFile(file, 'topology')
  const checked = checkTopology(yaml.value)
  if ('issues' in checked) throw yaml.refuse(checked.issues)
  const shared = apart ? containerNameIssues(checked.topology) : []
  if (shared.length > 0) throw yaml.refuse(shared)
  return checked.topology
}
