import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { topologySchema } from '../fixtures/topology.ts'
import { bindingsFileSchema } from './bindings-file.ts'

/** The JSON Schemas by which an editor helps whoever writes the YAML files, by path within the repository. */
export function editorSchemas(): Record<string, unknown> {
  const write = (schema: z.ZodType, title: string): unknown => ({ title, ...z.toJSONSchema(schema, { io: 'input' }) })
  return {
    'fixtures/topologies/topology.schema.json': write(topologySchema, 'Topology'),
    'fixtures/bindings.schema.json': write(bindingsFileSchema, 'Bindings'),
  }
}

if (import.meta.main) {
  for (const [path, schema] of Object.entries(editorSchemas())) {
    writeFileSync(new URL(`../${path}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`)
  }
}
