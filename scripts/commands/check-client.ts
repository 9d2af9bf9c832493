import { dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import type { ClientRecording } from '../../fixtures/client-recording.ts'
import { recordClient, recordOrdinary } from '../../mocks/client-recording/record-client.ts'
import { withStandIns } from '../../mocks/client-recording/stand-ins.ts'
import { type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { listScenarios } from '../../suites/scenario-list.ts'
import { type EndedClient, runClient } from '../client-process.ts'
import { writeCredentials } from '../credential-files.ts'
import { type DirectoryOptions, directoryOption } from '../directory-option.ts'
import { listEnvironment } from '../environment-listing.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { judgeTarget } from '../judge-target.ts'
import { whyNoCall } from '../no-call.ts'
import { end, say } from '../output.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { printListing } from '../print-listing.ts'
import { makePrivateFolder } from '../private-files.ts'
import { refusedCalls } from '../refused-calls.ts'
import { assertWritable } from '../report-files.ts'
import { addReportOptions, type ReportOptions } from '../report-options.ts'
import { claimFolder, releaseFolder } from '../running-environment.ts'
import { readTopologyFile } from '../topology-file.ts'
import { clientVariables, findTriedClient, type TriedClient } from '../tried-client.ts'
import { wholeNumber } from '../whole-number.ts'

interface Options extends ReportOptions, DirectoryOptions {
  readonly topology?: string
  readonly profile?: string
  readonly client?: string
  readonly seconds: number
}

const variables = Object.entries(clientVariables).map(([name, meaning]) => `  ${name.padEnd(24)}${meaning}`)

/** `roadworthy check-client`: judge an information system by the calls that it makes. */
export function checkClientCommand(): Command {
  const command = new Command('check-client')
    .description('judge an information system by the calls that it makes to a mock security server')
    // What stands behind the command is its own, with `--` and without.
    .passThroughOptions()
    .argument('[command...]', 'what makes the calls, behind --; without it, calls are taken until Ctrl-C')
    .option('-t, --topology <file>', 'the servers, clients and services, as YAML; the built-in fi-dev by default')
    .option('-p, --profile <name>', 'speak like this version')
    .option('-c, --client <path>', 'which client it is; the first with a certificate by default')
    .addOption(directoryOption('where certificates and keys (mode 0600) are kept'))
    .option('--seconds <number>', 'how long the command may take', wholeNumber(1, 86_400), 60)
  return addReportOptions(command)
    .addHelpText(
      'after',
      `
The command is started three times: with everything as it should be, with another server in the place of the right one,
and with a certificate of another name. It is not told which time it is, and should call as ever; the last two times no
call should leave it. It finds what it needs in its environment:

${variables.join('\n')}

Examples:
  roadworthy check-client -- node smoke-test.js     try a client that makes its calls and ends
  roadworthy check-client                           take calls until Ctrl-C, and judge those

Exit codes:
  0  conforms                         2  mistake in options or files
  1  a MUST is not met                3  no call came, so nothing was judged        130  interrupted`,
    )
    .action(async (command: readonly string[], options: Options) => {
      process.exitCode = await checkClient(command, options)
    })
}

async function checkClient(command: readonly string[], options: Options): Promise<ExitCode> {
  assertWritable(options)
  const directory = resolve(options.directory)
  const file = options.topology ?? defaultTopologyFile()
  const topology = withStandIns(readTopologyFile(file))
  const interruption = new AbortController()
  // Ctrl-C is how calls cease to be taken; while they are judged it comes for the second time.
  const again = new AbortController()
  const interrupt = () => (interruption.signal.aborted ? again : interruption).abort()
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  makePrivateFolder(directory)
  await claimFolder(directory)
  try {
    await using environment = await startEnvironment(topology, {
      keyCache: join(directory, 'cache'),
      baseFolder: dirname(resolve(file)),
      remembered: 20_000,
      ...(options.profile !== undefined && { profile: options.profile }),
    })
    if (interruption.signal.aborted) return end(exitCodes.interrupted, 'Interrupted.', options)
    writeCredentials(environment, directory)
    const client = findTriedClient(environment, directory, options.client)
    const recording =
      command.length > 0
        ? await tryCommand(environment, client, command, options.seconds, interruption.signal)
        : await takeCalls(environment, client, directory, interruption.signal)
    if (command.length > 0 && interruption.signal.aborted) return end(exitCodes.interrupted, 'Interrupted.', options)
    const { ordinary, impostor, misnamed, forgotten } = recording
    if ([ordinary, impostor, misnamed].every((state) => !state?.exchanges.length))
      return end(
        exitCodes.nothingJudged,
        whyNoCall(ordinary.connections, client.variables['ROADWORTHY_HTTPS_URL']),
        options,
      )
    for (const sentence of refusedCalls(ordinary.exchanges)) say(sentence)
    if (forgotten > 0) say(`So many calls came that the first ${forgotten} were forgotten; the others are judged.`)
    return await judge(environment, recording, command.length > 0 ? interruption.signal : again.signal, options)
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    releaseFolder(directory)
  }
}

function tryCommand(
  environment: RunningEnvironment,
  { variables: known }: TriedClient,
  command: readonly string[],
  seconds: number,
  signal: AbortSignal,
): Promise<ClientRecording> {
  return recordClient(environment, async (situation) => {
    if (signal.aborted) return
    const ended = await runClient({ command, environment: known, seconds, signal })
    if (situation === 'ordinary' && !signal.aborted) warnOf(ended, seconds)
  })
}

/** What goes wrong while everything is as it should be is worth a word, whatever the calls were like. */
function warnOf(ended: EndedClient, seconds: number): void {
  if (ended.kind === 'exited' && ended.code === 0) return
  const how = {
    exited: 'code' in ended ? `ended with exit code ${ended.code}` : '',
    killed: 'signal' in ended ? `was ended by ${ended.signal}` : '',
    overdue: `was not done within ${seconds} s (--seconds) and was ended`,
  }
  say(`The command ${how[ended.kind]} while everything was as it should be; the calls that it made are judged.`)
}

async function takeCalls(
  environment: RunningEnvironment,
  client: TriedClient,
  directory: string,
  signal: AbortSignal,
): Promise<ClientRecording> {
  say(printListing(listEnvironment(environment, directory)))
  say(`Call as ${client.id}, then press Ctrl-C: what was called is judged.`)
  return recordOrdinary(environment, () => {
    return new Promise((done) => {
      signal.addEventListener('abort', () => done(), { once: true })
      if (signal.aborted) done()
    })
  })
}

async function judge(
  { topology, bindings, profile }: RunningEnvironment,
  recording: ClientRecording,
  signal: AbortSignal,
  options: Options,
): Promise<ExitCode> {
  const scenarios = await listScenarios()
  return judgeTarget({
    ...options,
    description: { topology, bindings, profile, exact: false, client: recording },
    selection: scenarios.filter(({ needs }) => needs.includes('client')).map(({ name }) => name),
    deviations: [],
    strict: options.strict === true,
    json: options.json === true,
    signal,
  })
}
