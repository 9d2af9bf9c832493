import { realpathSync } from 'node:fs'
import { Command } from 'commander'
import { UsageError } from '../../fixtures/usage-error.ts'
import { mergeRecords, UnmergeableRecords } from '../../suites/report/merge-records.ts'
import { listScenarios } from '../../suites/scenario-list.ts'
import { concludeRun } from '../conclude-run.ts'
import { readDeviationsFile } from '../deviations-file.ts'
import type { ExitCode } from '../exit-code.ts'
import { readRecordFile, recordFiles } from '../record-files.ts'
import { assertWritable } from '../report-files.ts'
import { addReportOptions, type ReportOptions } from '../report-options.ts'

interface Options extends ReportOptions {
  readonly deviations?: string
}

/** `roadworthy merge`: one verdict on a run that was made in parts. */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .description('put together the records of a run that was made in parts, and give one verdict')
    .argument('<record...>', 'run records of "roadworthy run --shard", or a folder of them')
    .option('--deviations <file>', 'verdicts that are known and lived with, as YAML')
  return addReportOptions(command, { out: 'write the run record of the whole (JSON)' })
    .addHelpText(
      'after',
      `
Examples:
  roadworthy run --shard 1/3 --out part-1.json         on one machine, and so on
  roadworthy merge part-*.json --html report.html      when all of them have ended

Exit codes are those of "roadworthy run".`,
    )
    .action(async (names: readonly string[], options: Options) => {
      process.exitCode = await merge(names, options)
    })
}

async function merge(names: readonly string[], options: Options): Promise<ExitCode> {
  assertWritable(options)
  const parts = recordFiles(names)
  refuseToOverwrite(parts, options)
  const scenarios = (await listScenarios()).map(({ name }) => name)
  const deviations = options.deviations === undefined ? [] : readDeviationsFile(options.deviations, scenarios)
  try {
    const record = mergeRecords(parts.map(readRecordFile))
    const strict = options.strict === true
    return concludeRun({ ...options, record, defects: [], deviations, strict, json: options.json === true })
  } catch (error) {
    if (error instanceof UnmergeableRecords) {
      throw new UsageError(`${error.message} Name the records of all parts of one run, each once.`, { cause: error })
    }
    throw error
  }
}

/** ROADWORTHY_OUT may be still what it was for one of the parts. */
function refuseToOverwrite(parts: readonly string[], { out, junit, html }: Options): void {
  const taken = new Set(parts.flatMap(placesOf))
  const lost = [out, junit, html].find((file) => file !== undefined && placesOf(file).some((place) => taken.has(place)))
  if (lost !== undefined) throw new UsageError(`${lost} is one of the records to put together; name another file`)
}

/** Where a file is, whatever leads to it; nowhere, if it is missing. */
function placesOf(file: string): readonly string[] {
  try {
    return [realpathSync(file)]
  } catch {
    return []
  }
}
