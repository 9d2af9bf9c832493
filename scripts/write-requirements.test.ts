import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listScenarios } from '../suites/scenario-list.ts'
import { requirementsDocument } from './write-requirements.ts'

test('docs/requirements.md is current; write it with: npm run docs', async () => {
  const written = readFileSync(new URL('../docs/requirements.md', import.meta.url), 'utf8')
  expect(written).toBe(requirementsDocument(await listScenarios()))
})
