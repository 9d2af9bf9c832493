import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPackageFacts } from './package-facts.ts'

interface LintRules {
  readonly files: { readonly includes: readonly string[] }
  readonly overrides: readonly { readonly includes: readonly string[] }[]
}

// A rule about a file that has another name by now guards nothing, and nobody notices.
test('every file and folder that the linter has a rule for exists', () => {
  const { root } = readPackageFacts()
  const { files, overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as LintRules
  const paths = [files, ...overrides].flatMap(({ includes }) => includes).map((path) => path.replace(/^!/, ''))
  expect(paths).toContain('suites/verdict.ts')
  expect(paths.filter((path) => !existsSync(join(root, path.replace(/\*.*$/, ''))))).toEqual([])
})
