import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { UsageError } from '../fixtures/usage-error.ts'
import { type BenchmarkPlan, runBenchmark } from './bench/benchmark.ts'
import { printReport } from './bench/print-report.ts'
import { WrongAnswer } from './bench/wrong-answer.ts'
import { exitCodes } from './exit-code.ts'
import { wholeNumber } from './whole-number.ts'

interface Options {
  readonly seconds: number
  readonly pairs: number
  readonly connections: number
  readonly quick?: true
  readonly misbehave?: readonly string[]
  readonly json?: true
}

const program = new Command('npm run bench --')
  .description('Measures the mutual TLS hot path of the mock beside a bare Node server, each in a process of its own')
  .option('-s, --seconds <number>', 'seconds of one sample', positive, 1.5)
  .option(
    '-p, --pairs <number>',
    'pairs of samples, one of the mock and one of the bare server',
    wholeNumber(1, 1000),
    8,
  )
  .option('-c, --connections <number>', 'keep-alive connections', wholeNumber(1, 1000), 16)
  .option('-q, --quick', 'one short pair: shows that the benchmark works, and nothing about speed')
  .option('--misbehave <name...>', 'make the mock answer wrongly on purpose, to see the benchmark fail')
  .option('--json', 'print all figures as JSON')
  .addHelpText(
    'after',
    `
Exit code 0 if both servers answered every request rightly, however long it took; 1 if an answer was wrong or missing;
2 for a wrong option; 130 for Ctrl-C. Only the ratios may be compared between runs.`,
  )
  .exitOverride()

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())

try {
  const options = program.parse().opts<Options>()
  const report = await runBenchmark(planOf(options), interrupted.signal, (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(options.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report))
} catch (error) {
  process.exitCode = explain(error)
}

function planOf({ seconds, pairs, connections, quick, misbehave: misbehaviours = [] }: Options): BenchmarkPlan {
  return quick === true
    ? { seconds: 0.2, pairs: 1, warmUpSeconds: 0.2, connections, starts: 1, pacedSeconds: 0, misbehaviours }
    : { seconds, pairs, warmUpSeconds: 5, connections, starts: 3, pacedSeconds: 3, misbehaviours }
}

/** Tells what went wrong; the result is the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.conforms : exitCodes.usage
  if (interrupted.signal.aborted) return exitCodes.interrupted
  if (error instanceof UsageError || error instanceof WrongAnswer) {
    process.stderr.write(`${error.message}\n`)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.doesNotConform
  }
  process.stderr.write(`This is a defect of the benchmark:\n${error instanceof Error ? error.stack : error}\n`)
  return exitCodes.ownDefect
}

function positive(text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 3600) return value
  throw new InvalidArgumentError('write a number of seconds above 0.')
}
