import { Command } from 'commander'
import { compareOutcomes, type Difference, type Level } from '../suites/golden/compare.ts'
import { describeOutcomes, describeSent, sideBySide } from '../suites/golden/describe-outcomes.ts'
import { type Deviation, loadDeviations } from '../suites/golden/deviations.ts'
import type { Outcomes } from '../suites/golden/golden-case.ts'
import { loadCases, type RecordedCase, topologyFile } from '../suites/golden/load-cases.ts'
import { recordedProfiles, releaseOf } from '../suites/golden/releases.ts'
import { replayCase } from '../suites/golden/replay.ts'
import { type GoldenTarget, startGoldenTarget } from '../suites/target/golden-target.ts'
import { readTopologyFile } from './topology-file.ts'
import { wholeNumber } from './whole-number.ts'

interface Options {
  readonly profile: string
  readonly only?: string
  readonly summary?: boolean
  readonly exact?: boolean
  readonly all?: boolean
  readonly timeout: number
}

interface Result {
  readonly golden: RecordedCase
  readonly differences: readonly Difference[]
  readonly expected: Outcomes
  readonly actual: Outcomes | undefined
}

const nothing: Outcomes = { exchanges: [], provider: [], events: [] }

async function run(options: Options): Promise<void> {
  const release = releaseOf(options.profile)
  if (release === undefined || !recordedProfiles().includes(options.profile)) {
    process.stderr.write(
      `No recording for profile "${options.profile}"; write one of ${recordedProfiles().join(', ')}.\n`,
    )
    process.exitCode = 2
    return
  }
  const only = new RegExp(options.only ?? '')
  const cases = loadCases().filter((golden) => only.test(golden.name) && golden.recorded.has(release))
  const deviations = loadDeviations().filter((deviation) => deviation.profile === options.profile)
  const level: Level = options.exact ? 'exact' : 'semantic'
  const crashes: string[] = []
  process.on('uncaughtException', (error) => crashes.push(error.stack ?? error.message))
  process.on('unhandledRejection', (error) =>
    crashes.push(error instanceof Error ? (error.stack ?? '') : String(error)),
  )
  await using target = await startGoldenTarget(options.profile, readTopologyFile(topologyFile))
  const results: Result[] = []
  for (const [index, golden] of cases.entries()) {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${index + 1}/${cases.length} ${golden.name}`)
    const expected = golden.recorded.get(release) ?? nothing
    let actual: Outcomes | undefined
    let differences: Difference[]
    crashes.length = 0
    try {
      const limit = options.timeout * (golden.requests.length + 1) + 5000
      actual = await withLimit(replayCase(golden, target.side, target.provider, options.timeout), limit)
      differences = compareOutcomes(golden, expected, actual, level)
    } catch (error) {
      differences = [{ path: 'replay', expected: 'an answer', actual: error instanceof Error ? error.stack : error }]
    }
    differences.push(...crashes.map((stack) => ({ path: 'uncaught error', expected: 'none', actual: stack })))
    const result = { golden, differences, expected, actual }
    results.push(result)
    if (!options.summary && (differences.length > 0 || options.all || cases.length === 1)) {
      process.stdout.write(`${detail(result, target).join('\n')}\n\n`)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  process.stdout.write(`${summary(results, deviations).join('\n')}\n`)
  const unlisted = results.filter(({ golden, differences }) => differences.length > 0 && !isListed(golden, deviations))
  process.exitCode = unlisted.length > 0 ? 1 : 0
}

async function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

function detail({ golden, differences, expected, actual }: Result, target: GoldenTarget): string[] {
  const width = process.stdout.columns ?? 180
  const { host, port } = target.side[golden.listener]
  const values = { ...target.provider.addresses, host: `${host}:${port}` }
  return [
    `${differences.length === 0 ? '=' : '≠'} ${golden.name}`,
    ...differences.flatMap(({ path, expected: wanted, actual: came }) => [
      `  ${path}`,
      `    expected ${show(wanted)}`,
      `    came     ${show(came)}`,
    ]),
    ...describeSent(golden, values).map((line) => `  ${line}`),
    ...sideBySide(
      ['EXPECTED', ...describeOutcomes(expected)],
      ['CAME', ...(actual === undefined ? [] : describeOutcomes(actual))],
      width,
    ),
  ]
}

function show(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\n', '\n             ') : (JSON.stringify(value) ?? 'nothing')
}

function isListed(golden: RecordedCase, deviations: readonly Deviation[]): boolean {
  return deviations.some((deviation) => deviation.case === golden.name)
}

function summary(results: readonly Result[], deviations: readonly Deviation[]): string[] {
  const groups = Map.groupBy(results, ({ golden }) => golden.name.split('/')[0] ?? '')
  const row = (name: string, of: readonly Result[]) => {
    const different = of.filter(({ differences }) => differences.length > 0)
    const listed = different.filter(({ golden }) => isListed(golden, deviations))
    const counts = [of.length - different.length, different.length - listed.length, listed.length]
    return `${name.padEnd(24)}${counts.map((count) => String(count).padStart(11)).join('')}`
  }
  const names = results
    .filter(({ golden, differences }) => differences.length > 0 && !isListed(golden, deviations))
    .map(
      ({ golden, differences }) => `  ${golden.name}: ${[...new Set(differences.map(({ path }) => path))].join(', ')}`,
    )
  const passing = results
    .filter(({ golden, differences }) => differences.length === 0 && isListed(golden, deviations))
    .map(({ golden }) => `  ${golden.name}: listed as a deviation, but identical`)
  return [
    ...names,
    ...passing,
    `${'group'.padEnd(24)}  identical  different     listed`,
    ...[...groups].map(([name, of]) => row(name, of)),
    row('all', results),
  ]
}

await new Command('golden')
  .description('Replays recorded exchanges against the mock and shows where it answers differently.')
  .option('--profile <name>', 'version profile', '7.8')
  .option('--only <regex>', 'only cases whose name matches')
  .option('--summary', 'only the table by group and the names of different cases')
  .option('--exact', 'compare order, case and framing as well')
  .option('--all', 'show identical cases, too')
  .option('--timeout <milliseconds>', 'how long an answer may take', wholeNumber(1, 3_600_000), 5000)
  // 1 says that answers are different.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(run)
  .parseAsync()
