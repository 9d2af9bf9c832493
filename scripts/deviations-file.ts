import { z } from 'zod'
import { schemaIssues } from '../fixtures/schema-issues.ts'
import { type Deviation, deviationSchema } from '../suites/report/deviations.ts'
import { readYamlFile } from './yaml-file.ts'

const fileSchema = z.array(deviationSchema)

/** Reads known deviations from a YAML list. Throws a UsageError that names every mistake with file and line. */
export function readDeviationsFile(file: string): readonly Deviation[] {
  const yaml = readYamlFile(file, 'deviations file')
  const parsed = fileSchema.safeParse(yaml.value ?? [])
  if (!parsed.success) throw yaml.refuse(schemaIssues(parsed.error, fileSchema, yaml.value))
  return parsed.data
}
