import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createVitest } from 'vitest/node'
import { misbehaviours } from '../fixtures/misbehaviours.ts'
import kills from '../suites/proof/kills.json' with { type: 'json' }
import { listScenarios } from '../suites/scenario-list.ts'
import { readPackageFacts } from './package-facts.ts'

/*
 * Shows which misbehaviour of the mock makes which scenarios fail, and what differs from suites/proof/kills.json:
 *
 *     node scripts/proof.ts [--write] [--name TEXT]
 *
 * Tests try only what that file lists; here every misbehaviour is tried that could change something.
 * With --name only the scenarios whose name holds the text are tried, printed and written.
 * With --write it brings the file up to date. The change is then to be read in the diff: a scenario that begins or ceases
 * to fail with a misbehaviour must have been meant to.
 */
const { root } = readPackageFacts()
const known = kills as Readonly<Record<string, readonly string[]>>
const { values: options } = parseArgs({ options: { write: { type: 'boolean' }, name: { type: 'string' } } })
const wanted = (name: string) => options.name === undefined || name.includes(options.name)
const everyScenario = (await listScenarios()).map(({ name }) => name)
const scenarios = everyScenario.filter(wanted)
if (scenarios.length === 0) {
  process.stderr.write(`no scenario has "${options.name}" in its name; write a part of one, letter case as there\n`)
  process.exit(2)
}
const failedBy = new Map<string, readonly string[]>()
const defects: string[] = []

const vitest = await createVitest({
  root,
  project: 'proof',
  watch: false,
  provide: { selection: scenarios, thorough: true },
  reporters: [
    {
      onTestCaseResult(testCase) {
        const found = testCase.meta().failedBy
        failedBy.set(testCase.name, found ?? [])
        const { errors = [] } = testCase.result()
        const reasons = errors.filter(({ message }) => !message.includes('kills.json')).map(({ message }) => message)
        if (reasons.length > 0) defects.push(`${testCase.name}: ${reasons.join(' ')}`)
      },
      onTestRunEnd(_modules, errors) {
        defects.push(...errors.map(({ message }) => message))
      },
    },
  ],
})
await vitest.start()
await vitest.close()

const actual: Record<string, string[]> = {}
for (const [misbehaviour, meaning] of Object.entries(misbehaviours)) {
  const failing = scenarios.filter((name) => failedBy.get(name)?.includes(misbehaviour))
  const expected = (known[misbehaviour] ?? []).filter(wanted)
  actual[misbehaviour] = failing
  if (options.name !== undefined && failing.length + expected.length === 0) continue
  print(`${failing.length === 0 ? '!' : ' '} ${misbehaviour} (${meaning}): ${failing.length}`)
  for (const name of failing) print(`  ${expected.includes(name) ? ' ' : '+'} ${name}`)
  for (const name of expected) if (!failing.includes(name)) print(`  - ${name}`)
}
for (const defect of defects) print(`DEFECT ${defect}`)
if (options.write === true) {
  const merged = Object.fromEntries(
    Object.entries(actual).map(([misbehaviour, failing]) => [
      misbehaviour,
      everyScenario.filter((name) => (wanted(name) ? failing : (known[misbehaviour] ?? [])).includes(name)),
    ]),
  )
  writeFileSync(join(root, 'suites', 'proof', 'kills.json'), `${JSON.stringify(merged, null, 2)}\n`)
}
const concerned = Object.fromEntries(
  Object.keys(misbehaviours).map((misbehaviour) => [misbehaviour, (known[misbehaviour] ?? []).filter(wanted)]),
)
const upToDate = JSON.stringify(actual) === JSON.stringify(concerned)
print(
  `${scenarios.length} scenarios × ${Object.keys(misbehaviours).length} misbehaviours: ${upToDate ? 'as listed' : 'differs'}`,
)
process.exitCode = defects.length > 0 || (!upToDate && options.write !== true) ? 1 : 0

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
