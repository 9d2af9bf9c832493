import { expect, test } from 'vitest'
import { UsageError } from '../../fixtures/usage-error.ts'
import type { CoveringScenario } from '../coverage.ts'
import { requirementsCommand } from './requirements.ts'

const scenarios: readonly CoveringScenario[] = [
  { name: 'an unlisted certificate is refused', covers: ['CONN-HTTPS-03'], file: 'consumer/one.suite.ts' },
  { name: 'a stranger is refused', covers: ['CONN-HTTPS-03', 'TENANT-01'], file: 'consumer/two.suite.ts' },
]

async function output(...args: string[]): Promise<string> {
  let text = ''
  const write = (part: string): void => {
    text += part
  }
  const command = requirementsCommand({ list: async () => scenarios, write }).exitOverride()
  await command.configureOutput({ writeErr: () => {} }).parseAsync(args, { from: 'user' })
  return text
}

test('without option the areas are counted', async () => {
  const lines = (await output()).split('\n')
  expect(lines[1]).toMatch(/^connection +36 +1 +35 {2}Connection between/)
  expect(lines.find((line) => line.startsWith('tenancy'))).toMatch(/^tenancy +18 +1 +17 /)
  expect(lines.at(-2)).toMatch(/^all +510 +2 +508$/)
})

test('a requirement is shown with its sources and scenarios', async () => {
  const text = await output('--id', 'conn-https-03')
  expect(text).toContain('CONN-HTTPS-03  MUST, security-server\n  Type HTTPS rejects a certificate')
  expect(text).toContain('UG-SS: X-Road Security Server User Guide, 9.1, https://docs.x-road.global/')
  expect(text).toContain('Covered by an unlisted certificate is refused (consumer/one.suite.ts)')
  expect(text).toContain('a stranger is refused (consumer/two.suite.ts)')
  expect(text).not.toContain('Untested')
})

test('an area is named by its prefix too', async () => {
  expect(await output('--area', 'TENANT')).toBe(await output('--area', 'tenancy'))
})

test('what is untested says why', async () => {
  const listed = JSON.parse(await output('--untested', '--json'))
  expect(listed).toHaveLength(508)
  expect(await output('--area', 'operational-monitoring', '--untested')).toContain(
    'untested: needs operational monitoring',
  )
})

test('JSON carries the scenarios', async () => {
  const [requirement] = JSON.parse(await output('--id', 'TENANT-01', '--json'))
  const scenarios = [{ name: 'a stranger is refused', file: 'consumer/two.suite.ts' }]
  expect(requirement).toMatchObject({ id: 'TENANT-01', area: 'tenancy', scenarios })
})

test('Markdown keeps pipes inside their cell', async () => {
  const rows = (await output('--markdown')).split('\n').filter((line) => /^\| [A-Z]+-/.test(line))
  expect(rows).toHaveLength(510)
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7)
})

test.for([
  ['--id', 'CONN-HTTPS-3', '--id: there is no requirement "CONN-HTTPS-3"; write CONN-HTTPS-03'],
  ['--area', 'tennancy', '--area: there is no area "tennancy"; write tenancy'],
] as const)('%s %s is refused with the nearest', async ([option, value, message]) => {
  await expect(output(option, value)).rejects.toThrow(UsageError)
  await expect(output(option, value)).rejects.toThrow(message)
})

test('JSON and Markdown at once are refused', async () => {
  await expect(output('--json', '--markdown')).rejects.toThrow(
    "option '--json' cannot be used with option '--markdown'",
  )
})
