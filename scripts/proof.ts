import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createVitest } from 'vitest/node'
import { misbehaviours } from '../fixtures/misbehaviours.ts'
import kills from '../suites/proof/kills.json' with { type: 'json' }
import { listScenarios } from '../suites/scenario-list.ts'
import { readPackageFacts } from './package-facts.ts'

/*
 * Shows which misbehaviour of the mock makes which scenarios fail, and what differs from suites/proof/kills.json:
 *
 *     node scripts/proof.ts [--write]
 *
 * With --write it brings the file up to date. The change is then to be read in the diff: a scenario that begins or ceases
 * to fail with a misbehaviour must have been meant to.
 */
const { root } = readPackageFacts()
const known = kills as Readonly<Record<string, readonly string[]>>
const scenarios = (await listScenarios()).map(({ name }) => name)
const failedBy = new Map<string, readonly string[]>()
const defects: string[] = []

const vitest = await createVitest({
  root,
  project: 'proof',
  watch: false,
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
  const expected = known[misbehaviour] ?? []
  actual[misbehaviour] = failing
  print(`${failing.length === 0 ? '!' : ' '} ${misbehaviour} (${meaning}): ${failing.length}`)
  for (const name of failing) print(`  ${expected.includes(name) ? ' ' : '+'} ${name}`)
  for (const name of expected) if (!failing.includes(name)) print(`  - ${name}`)
}
for (const defect of defects) print(`DEFECT ${defect}`)
if (process.argv.includes('--write')) {
  writeFileSync(join(root, 'suites', 'proof', 'kills.json'), `${JSON.stringify(actual, null, 2)}\n`)
}
const upToDate = JSON.stringify(actual) === JSON.stringify(known)
print(
  `${scenarios.length} scenarios × ${Object.keys(misbehaviours).length} misbehaviours: ${upToDate ? 'as listed' : 'differs'}`,
)
process.exitCode = defects.length > 0 || (!upToDate && !process.argv.includes('--write')) ? 1 : 0

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
