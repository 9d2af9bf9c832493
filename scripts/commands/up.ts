import { rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import { profiles } from '../../fixtures/profiles.ts'
import { type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { writeCredentials } from '../credential-files.ts'
import { type DirectoryOptions, directoryOption } from '../directory-option.ts'
import { listEnvironment } from '../environment-listing.ts'
import { exampleRequest, exampleRequestFile } from '../example-calls.ts'
import { exitCodes } from '../exit-code.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { printListing } from '../print-listing.ts'
import { makePrivateFolder, writePrivateFile } from '../private-files.ts'
import { claimFolder, releaseFolder, writeRunningState } from '../running-environment.ts'
import { readTopologyFile } from '../topology-file.ts'

interface Options extends DirectoryOptions {
  readonly topology?: string
  readonly profile?: string
  readonly misbehave?: readonly string[]
  readonly json?: true
}

/** `roadworthy up`: keep the mock exchange layer running to develop against. */
export function upCommand(): Command {
  return new Command('up')
    .description('keep the mock exchange layer running to develop against, until Ctrl-C')
    .option(
      '-t, --topology <file>',
      'the servers, clients and services to start, as YAML; the built-in fi-dev by default',
    )
    .option('-p, --profile <name>', `speak like this version: ${profiles.map(({ name }) => name).join(', ')}`)
    .addOption(directoryOption('where certificates, keys (mode 0600) and the running state are kept'))
    .option('--misbehave <name...>', 'make these mistakes on purpose, to see what your client makes of them')
    .option('--json', 'print what runs as one line of JSON when everything listens, for programs')
    .addHelpText(
      'after',
      `
Examples:
  roadworthy up                                      the built-in fi-dev, on free ports
  roadworthy up --topology ours.yaml --profile 7.7   your own organisations, in the words of X-Road 7.7
  roadworthy up --json > up.json &                   for a script: the line is there when everything listens

While it runs, "roadworthy certificate" registers the certificates of your clients with it.
Ctrl-C (exit code 130) and SIGTERM (exit code 0) stop it. The folder keeps certificates and keys for the next time, so
that what your client trusts stays valid; nothing else is left behind. Listeners take free ports unless the topology
fixes them.`,
    )
    .action(async (options: Options) => {
      process.exitCode = await up(options)
    })
}

async function up(options: Options): Promise<number> {
  const directory = resolve(options.directory)
  const topologyFile = options.topology ?? defaultTopologyFile()
  const topology = readTopologyFile(topologyFile)
  const stopped = stopSignal()
  makePrivateFolder(directory)
  await claimFolder(directory)
  try {
    await using environment = await startEnvironment(topology, {
      control: true,
      downloadConfiguration: true,
      keyCache: join(directory, 'cache'),
      baseFolder: dirname(resolve(topologyFile)),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.misbehave === undefined ? {} : { misbehaviours: options.misbehave }),
    })
    const { control } = environment.bindings
    if (control === undefined) throw new Error('the environment was asked for a control interface')
    writeCredentials(environment, directory)
    const request = exampleRequest(environment)
    if (request !== undefined) writePrivateFile(exampleRequestFile(directory), request)
    writeRunningState(directory, {
      pid: process.pid,
      profile: environment.profile,
      bindings: { ...environment.bindings, control },
      hosts: hostsOf(environment),
    })
    const listing = listEnvironment(environment, directory)
    process.stdout.write(options.json === true ? `${JSON.stringify(listing)}\n` : printListing(listing))
    return (await stopped) === 'SIGINT' ? exitCodes.interrupted : exitCodes.conforms
  } finally {
    rmSync(exampleRequestFile(directory), { force: true })
    releaseFolder(directory)
  }
}

/**
 * Resolves with the signal that asks to stop. Listening starts now, so a signal during the start is not lost, and goes
 * on, for npx hands on the Ctrl-C that the terminal has sent already.
 */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
}

function hostsOf({ topology, bindings }: RunningEnvironment): Record<string, string[]> {
  const hosts: Record<string, string[]> = {}
  for (const { code, clients } of topology.servers) {
    if (bindings.servers[code] === undefined) continue
    for (const { id } of clients) hosts[id] = [...(hosts[id] ?? []), code]
  }
  return hosts
}
