import { Command } from 'commander'
import { compareRecords, formatComparison } from '../../suites/report/compare-records.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { print, say } from '../output.ts'
import { readRecordFile } from '../record-files.ts'

interface Options {
  readonly json?: true
}

/** `roadworthy compare`: what is different after an upgrade. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('tell what is different between two runs, as before and after an upgrade')
    .argument('<before>', 'run record of the first run')
    .argument('<after>', 'run record of the second')
    .option('--json', 'print the differences as JSON on standard output, for programs')
    .addHelpText(
      'after',
      `
Example:
  roadworthy run --bindings ours.yaml --out before.json    then upgrade, and
  roadworthy run --bindings ours.yaml --out after.json
  roadworthy compare before.json after.json

Exit codes:
  0  nothing is worse        1  a verdict is worse        2  mistake in options or files`,
    )
    .action((before: string, after: string, options: Options) => {
      process.exitCode = compare(before, after, options)
    })
}

function compare(before: string, after: string, { json }: Options): ExitCode {
  const comparison = compareRecords(readRecordFile(before), readRecordFile(after))
  const isWorse = comparison.changed.some(({ tendency }) => tendency === 'worse')
  const exitCode = isWorse ? exitCodes.doesNotConform : exitCodes.conforms
  if (json) print({ exitCode, ...comparison })
  else say(formatComparison(comparison))
  return exitCode
}
