import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { editorSchemas } from './write-schema.ts'

test.for(Object.entries(editorSchemas()))('%s is current; write it with: npm run docs', ([path, schema]) => {
  const written = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(schema)))
})
