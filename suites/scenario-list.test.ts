import { expect, test } from 'vitest'
import { listScenarios, suiteFiles } from './scenario-list.ts'

test('lists what every suite file declares, each scenario under a name of its own', async () => {
  const scenarios = await listScenarios()
  expect(new Set(scenarios.map(({ file }) => file)).size).toBe((await suiteFiles()).length)
  expect(scenarios).toContainEqual({
    name: 'https client refused without certificate (rest)',
    covers: ['CONN-HTTPS-02', 'TLS-13'],
    needs: [],
    file: 'consumer/connection-types.suite.ts',
  })
})

test('names are plain words, fit for a line of a report', async () => {
  for (const { name } of await listScenarios())
    expect(name).toMatch(/^[A-Za-z0-9][\p{L}\w '"(),.:;/%*-]{10,110}[\p{L}\w)"*/]$/u)
})
