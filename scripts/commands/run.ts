import { dirname, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { profiles } from '../../fixtures/profiles.ts'
import { requireProfile } from '../../fixtures/require-profile.ts'
import type { Shard } from '../../suites/report/run-record.ts'
import { listScenarios } from '../../suites/scenario-list.ts'
import { selectScenarios } from '../../suites/selection.ts'
import type { PreparedTarget } from '../../suites/target/in-process.ts'
import { MisboundTarget, smoke } from '../../suites/target/smoke.ts'
import { unlessAborted } from '../../suites/target/unless-aborted.ts'
import { readBindingsFile } from '../bindings-file.ts'
import { readDeviationsFile } from '../deviations-file.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { judgeTarget } from '../judge-target.ts'
import { end, say } from '../output.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { assertWritable } from '../report-files.ts'
import { addReportOptions, type ReportOptions } from '../report-options.ts'
import { dealOut, parseShard } from '../shard.ts'
import { readTopologyFile } from '../topology-file.ts'

interface Options extends ReportOptions {
  readonly requirement?: readonly string[]
  readonly area?: readonly string[]
  readonly name?: string
  readonly profile?: string
  readonly topology?: string
  readonly bindings?: string
  readonly mode: 'in-process' | 'containers'
  readonly shard?: Shard
  readonly deviations?: string
}

/** `roadworthy run`: judge a security server, scenario by scenario. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('judge a security server, scenario by scenario: the built-in mock, or one that runs elsewhere')
    .option('-r, --requirement <id...>', 'only scenarios that cover one of these requirements, such as CONN-HTTPS-03')
    .option('-a, --area <area...>', 'only scenarios of these areas, by name or prefix of ids (tenancy or TENANT)')
    .option('-n, --name <regex>', 'only scenarios whose name matches, letter case aside')
    .option(
      '-p, --profile <name>',
      `accept the wording of this version only: ${profiles.map(({ name }) => name).join(', ')}`,
    )
    .option(
      '-t, --topology <file>',
      'the servers, clients and services to start, as YAML; the built-in fi-dev by default',
    )
    .addOption(
      new Option(
        '-b, --bindings <file>',
        'judge servers that already run, at the addresses in this YAML file',
      ).conflicts('topology'),
    )
    .addOption(
      new Option('-m, --mode <mode>', 'where the mock runs: in this process, or in containers of the image roadworthy')
        .choices(['in-process', 'containers'])
        .default('in-process')
        .conflicts('bindings'),
    )
    .addOption(
      new Option('--shard <part>', 'only one part of several, as 2/3, for "roadworthy merge" to put together')
        .argParser(parseShard)
        .env('ROADWORTHY_SHARD'),
    )
    .option(
      '--deviations <file>',
      'verdicts that are known and lived with, as YAML; one that no longer holds is reported',
    )
  return addReportOptions(command, {
    strict: "count what is weaker than a MUST too, and accept the profile's own wording only",
    out: 'write the run record (JSON), from which every other report can be made',
  })
    .addHelpText(
      'after',
      `
Examples:
  roadworthy run                                       start the mock and judge it
  roadworthy run --area tenancy --html report.html     one area, with a page to show around
  roadworthy run --mode containers                     start the mock in containers of its image and judge it
  roadworthy run --bindings my-server.yaml             a server of your own; what it cannot do is "not applicable"
  roadworthy run --profile 7.7 --out before.json       before an upgrade
  roadworthy run --requirement CONN-HTTPS-02 --json    one requirement, for a program

Exit codes:
  0  conforms                         3  target unreachable or mis-bound, or nothing was judged
  1  a MUST is not met                4  a defect of this tool: results are inconclusive
  2  mistake in options or files      5  a known deviation does not hold any more        130  interrupted`,
    )
    .action(async (options: Options) => {
      process.exitCode = await run(options)
      // Calls that an interruption cut off may wait for their answers still.
      if (process.exitCode === exitCodes.interrupted) process.exit()
    })
}

async function run(options: Options): Promise<ExitCode> {
  const profile = options.profile === undefined ? undefined : requireProfile(options.profile).name
  const scenarios = await listScenarios()
  const names = scenarios.map((scenario) => scenario.name)
  const deviations = options.deviations === undefined ? [] : readDeviationsFile(options.deviations, names)
  const { requirement, area, name } = options
  const filters = {
    ...(requirement && { requirements: requirement }),
    ...(area && { areas: area }),
    ...(name && { name }),
  }
  const chosen = selectScenarios(scenarios, filters).map((scenario) => scenario.name)
  const selection = options.shard === undefined ? chosen : dealOut(chosen, options.shard)
  assertWritable(options)
  if (selection.length === 0) {
    const message =
      'No scenario fits all the filters, so nothing was judged. "roadworthy requirements" shows what is covered.'
    return end(exitCodes.nothingJudged, message, options)
  }

  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new Interruption('Interrupted.'))
  // Not `once`: npx hands on the Ctrl-C that the terminal has sent already, and a library that locks files ends the
  // process when it finds no other listener than its own.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    await using target = await prepareTarget(options, profile, interruption.signal)
    interruption.signal.throwIfAborted()
    if (options.bindings !== undefined) await unlessAborted(() => smoke(target.description), interruption.signal)
    const exitCode = await judgeTarget({
      ...options,
      description: target.description,
      selection,
      deviations,
      strict: options.strict === true,
      json: options.json === true,
      signal: interruption.signal,
    })
    if (exitCode === exitCodes.doesNotConform || exitCode === exitCodes.ownDefect) sayLogs(target)
    return exitCode
  } catch (error) {
    if (error instanceof Interruption) return end(exitCodes.interrupted, error.message, options)
    if (error instanceof MisboundTarget) return end(exitCodes.nothingJudged, error.message, options)
    throw error
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** The operator ended the run before anything was judged. */
class Interruption extends Error {
  override readonly name = 'Interruption'
}

async function prepareTarget(
  options: Options,
  profile: string | undefined,
  signal: AbortSignal,
): Promise<PreparedTarget> {
  const exact = options.strict === true || profile !== undefined
  if (options.bindings !== undefined) {
    const { topology, bindings } = readBindingsFile(options.bindings)
    return {
      description: { topology, bindings, profile: profile ?? topology.profile, exact },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
  }
  const file = options.topology ?? defaultTopologyFile()
  const apart = options.mode === 'containers'
  const topology = { topology: readTopologyFile(file, { apart }), baseFolder: dirname(resolve(file)) }
  if (apart) {
    const { startContainers } = await import('../../suites/target/containers/containers.ts')
    return startContainers({ ...topology, ...(profile !== undefined && { profile }), exact, signal, ...chosenImage() })
  }
  const { startInProcess } = await import('../../suites/target/in-process.ts')
  return startInProcess({
    ...topology,
    ...(profile !== undefined && { profile }),
    exact,
    downloadConfiguration: true,
  })
}

/** The image that containers are started from, if it is not the one that this project builds. */
function chosenImage(): { readonly image?: string } {
  const image = process.env['ROADWORTHY_IMAGE']
  return image === undefined || image === '' ? {} : { image }
}

/** What went wrong in a container can be read nowhere else: it is gone when the run has ended. */
function sayLogs({ logs }: PreparedTarget): void {
  if (logs !== undefined) say(`The containers have said:\n${logs()}`)
}
