import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command } from 'commander'
import { parseClientPath } from '../../fixtures/identifiers.ts'
import { profiles } from '../../fixtures/profiles.ts'
import { type RunningEnvironment, startEnvironment } from '../../mocks/environment.ts'
import { writeEnvelope } from '../../suites/client/soap-envelope.ts'
import {
  certificateFile,
  type EnvironmentListing,
  keyFile,
  listEnvironment,
  serverCertificateFile,
} from '../environment-listing.ts'
import { exitCodes } from '../exit-code.ts'
import { defaultTopologyFile } from '../package-facts.ts'
import { isGetRandom, pasteCaller, printListing, requestFile } from '../print-listing.ts'
import { makePrivateFolder, writePrivateFile } from '../private-files.ts'
import {
  defaultFolder,
  refuseSecondEnvironment,
  removeRunningState,
  writeRunningState,
} from '../running-environment.ts'
import { readTopologyFile } from '../topology-file.ts'

interface Options {
  readonly topology?: string
  readonly profile?: string
  readonly directory: string
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
    .option(
      '-d, --directory <folder>',
      'where certificates, keys (mode 0600) and the running state are kept',
      defaultFolder,
    )
    .option('--misbehave <name...>', 'make these mistakes on purpose, to see what your client makes of them')
    .option('--json', 'print what runs as one line of JSON when everything listens, for programs')
    .addHelpText(
      'after',
      `
Examples:
  roadworthy up                                      the built-in fi-dev, on free ports
  roadworthy up --topology ours.yaml --profile 7.7   your own organisations, in the words of X-Road 7.7
  roadworthy up --json | head -1                     for a script; the process runs on

While it runs, "roadworthy certificate" registers the certificates of your clients with it.
Ctrl-C (exit code 130) and SIGTERM (exit code 0) stop it. The folder keeps certificates and keys for the next time, so
that what you have registered as trusted stays valid; nothing else is left behind.`,
    )
    .action(async (options: Options) => {
      process.exitCode = await up(options)
    })
}

async function up(options: Options): Promise<number> {
  const directory = resolve(options.directory)
  const topologyFile = options.topology ?? defaultTopologyFile()
  const topology = readTopologyFile(topologyFile)
  refuseSecondEnvironment(directory)
  makePrivateFolder(directory)
  const stopped = stopSignal()
  const environment = await startEnvironment(topology, {
    control: true,
    keyCache: join(directory, 'cache'),
    baseFolder: dirname(resolve(topologyFile)),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.misbehave === undefined ? {} : { misbehaviours: options.misbehave }),
  })
  writeCredentials(environment, directory)
  try {
    writeRunningState(directory, {
      pid: process.pid,
      profile: environment.profile,
      bindings: environment.bindings,
      hosts: hostsOf(environment),
    })
    const listing = listEnvironment(environment, directory)
    writeRequest(listing)
    process.stdout.write(options.json === true ? `${JSON.stringify(listing)}\n` : printListing(listing))
    return (await stopped) === 'SIGINT' ? exitCodes.interrupted : exitCodes.conforms
  } finally {
    removeRunningState(directory)
    rmSync(requestFile(directory), { force: true })
    await environment.stop()
  }
}

/** Resolves with the signal that asks to stop. Listening starts now, so a signal during the start is not lost. */
function stopSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}

/** Writes every certificate and key to a file of its own. */
function writeCredentials({ certificates, bindings }: RunningEnvironment, directory: string): void {
  for (const { name, certificate, key } of certificates.values()) {
    writePrivateFile(certificateFile(directory, name), certificate)
    if (key !== undefined) writePrivateFile(keyFile(directory, name), key)
  }
  for (const [code, { trust }] of Object.entries(bindings.servers)) {
    if (trust !== undefined) writePrivateFile(serverCertificateFile(directory, code), trust)
  }
}

/** Writes the SOAP request of the lines to paste. */
function writeRequest({ clients, services, directory }: EnvironmentListing): void {
  const caller = pasteCaller(clients)
  const service = services.find(isGetRandom)
  const client = caller && parseClientPath(caller.id)
  const provider = service && parseClientPath(service.id.split('/').slice(0, 4).join('/'))
  if (client === undefined || provider === undefined) return
  const body = '<prod:getRandom><prod:request/></prod:getRandom>'
  const target = { kind: 'service', provider, serviceCode: 'getRandom', serviceVersion: 'v1' } as const
  writePrivateFile(
    requestFile(directory),
    writeEnvelope({ client, service: target, id: randomUUID(), userId: 'FI12345', body }),
  )
}

function hostsOf({ topology, bindings }: RunningEnvironment): Record<string, string[]> {
  const hosts: Record<string, string[]> = {}
  for (const { code, clients } of topology.servers) {
    if (bindings.servers[code] === undefined) continue
    for (const { id } of clients) hosts[id] = [...(hosts[id] ?? []), code]
  }
  return hosts
}
