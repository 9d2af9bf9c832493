import { z } from 'zod'
import { nearestName } from '../fixtures/nearest-name.ts'
import { schemaIssues } from '../fixtures/schema-issues.ts'
import { type Deviation, deviationSchema } from '../suites/report/deviations.ts'
import { readYamlFile } from './yaml-file.ts'

const fileSchema = z.array(deviationSchema)

/**
 * Reads known deviations of scenarios with these names from a YAML list. Throws a UsageError that names every mistake
 * with file and line.
 */
export function readDeviationsFile(file: string, scenarios: readonly string[]): readonly Deviation[] {
  const yaml = readYamlFile(file, 'deviations')
  const parsed = fileSchema.safeParse(yaml.value ?? [])
  if (!parsed.success) throw yaml.refuse(schemaIssues(parsed.error, fileSchema, yaml.value))
  const issues = parsed.data.flatMap(({ scenario }, index) =>
    scenarios.includes(scenario) ? [] : [{ path: [index, 'scenario'], message: unknownScenario(scenario, scenarios) }],
  )
  if (issues.length > 0) throw yaml.refuse(issues)
  return parsed.data
}

function unknownScenario(name: string, scenarios: readonly string[]): string {
  const nearest = nearestName(name, scenarios)
  const instead = nearest === undefined ? 'a name as in the run record, which --out writes' : `"${nearest}"`
  return `there is no scenario "${name}"; write ${instead}`
}
