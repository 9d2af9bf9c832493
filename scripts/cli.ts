import { Command, CommanderError } from 'commander'
import { UsageError } from '../fixtures/usage-error.ts'
import { certificateCommand } from './commands/certificate.ts'
import { checkClientCommand } from './commands/check-client.ts'
import { compareCommand } from './commands/compare.ts'
import { configurationCommand } from './commands/configuration.ts'
import { mergeCommand } from './commands/merge.ts'
import { profilesCommand } from './commands/profiles.ts'
import { requirementsCommand } from './commands/requirements.ts'
import { runCommand } from './commands/run.ts'
import { tlsCommand } from './commands/tls.ts'
import { upCommand } from './commands/up.ts'
import { exitCodes } from './exit-code.ts'
import { readPackageFacts } from './package-facts.ts'
import { NothingRuns } from './running-environment.ts'

const commands = [
  runCommand,
  checkClientCommand,
  upCommand,
  compareCommand,
  mergeCommand,
  certificateCommand,
  configurationCommand,
  tlsCommand,
  requirementsCommand,
  profilesCommand,
]

const program = new Command('roadworthy')
  .description('Conformance test suite and mock Data Exchange Layer for X-Road® security servers')
  .version(readPackageFacts().version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'show help; "roadworthy run --help" shows that of a command')
  .helpCommand(false)
  .exitOverride()
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: false })
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  roadworthy run                           start the mock exchange layer and judge it, scenario by scenario
  roadworthy run --bindings server.yaml    judge a security server of your own
  roadworthy check-client -- ./our-client  judge the calls that an information system makes
  roadworthy compare before.json after.json   read what an upgrade has changed
  roadworthy up                            keep the mock running on this machine to develop against
  roadworthy configuration anchor.xml      verify the global configuration of a central server
  roadworthy tls ss1.example.org:443       tell what a server negotiates, from SSL 2.0 to TLS 1.3
  roadworthy requirements --area tenancy   what X-Road asks of a shared security server, and what is covered
  roadworthy profiles diff 7.7 7.8         what a consumer will notice of an upgrade`,
  )

for (const command of commands) program.addCommand(inheritSettings(command(), program))

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

function inheritSettings(command: Command, parent: Command): Command {
  for (const child of command.copyInheritedSettings(parent).commands) inheritSettings(child, command)
  return command
}

/** Tells the operator what went wrong; the result is the exit code. */
function report(error: unknown): number {
  // Commander has said already what it had to say: help, version, or what is wrong with the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.conforms : exitCodes.usage
  if (error instanceof UsageError || error instanceof NothingRuns) {
    process.stderr.write(`${error.message}\n`)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.nothingJudged
  }
  process.stderr.write(`This is a defect of roadworthy, not of what it judges:\n${describe(error)}\n`)
  return exitCodes.ownDefect
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
