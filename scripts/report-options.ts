import { type Command, Option } from 'commander'
import type { ReportFiles } from './report-files.ts'

/** What the operator wants to have of a verdict, and how strict it is to be. */
export interface ReportOptions extends ReportFiles {
  readonly strict?: true
  readonly json?: true
}

/** What the options mean to one command, where that is more than to the others. */
export interface ReportWords {
  readonly strict?: string
  readonly out?: string
}

/** Adds the options of every command that ends in a verdict. */
export function addReportOptions(command: Command, words: ReportWords = {}): Command {
  const { strict = 'count what is weaker than a MUST too', out = 'write the run record (JSON)' } = words
  return command
    .option('--strict', strict)
    .addOption(new Option('-o, --out <file>', out).env('ROADWORTHY_OUT').argParser((file) => file || undefined))
    .option('--junit <file>', 'write a JUnit report, requirement ids as properties')
    .option('--html <file>', 'write a report as one self-contained page')
    .option('--json', 'print a summary as JSON on standard output, for programs')
}
