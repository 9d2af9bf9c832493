import { checkTopology } from '../fixtures/check-topology.ts'
import type { Topology } from '../fixtures/topology.ts'
import { readYamlFile } from './yaml-file.ts'

/**
 * Reads a topology from a YAML file. Throws a UsageError that names every mistake with file, line and column. The names
 * of PEM files in it stay as they are: they are relative to the folder of this file.
 */
export function readTopologyFile(file: string): Topology {
  const yaml = readYamlFile(file, 'topology')
  const checked = checkTopology(yaml.value)
  if ('issues' in checked) throw yaml.refuse(checked.issues)
  return checked.topology
}
