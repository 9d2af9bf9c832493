import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { nearestName } from '../../fixtures/nearest-name.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { parseCertificatePem } from '../../mocks/pki/keystore.ts'
import { type ControlClient, ControlRefusal, controlClient } from '../../suites/client/control-client.ts'
import { writePrivateFile } from '../private-files.ts'
import { defaultFolder, type RunningState, requireRunningState } from '../running-environment.ts'

interface ClientOptions {
  readonly client: string
  readonly server?: string
  readonly directory: string
}

/** `roadworthy certificate`: what an administrator does with certificates on a running `up`. */
export function certificateCommand(): Command {
  const command = new Command('certificate')
    .description('certificates of a running "roadworthy up": add, list, remove, export')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  roadworthy certificate add --client FI-DEV/GOV/0245437-2/TestClient --file clientcert.pem
  roadworthy certificate list --client FI-DEV/GOV/0245437-2/TestClient
  roadworthy certificate export --server ss1 --out internal.pem

Exit codes: 0 done, 2 a mistake in options or files, 3 nothing runs.`,
    )
  const ofClient = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption('-c, --client <path>', 'the client, such as FI-DEV/GOV/0245437-2/TestClient')
      .option('-s, --server <code>', 'its security server; the first that has such a client by default')
      .option('-d, --directory <folder>', 'the folder of the running environment', defaultFolder)

  ofClient('add', "add a certificate to a client's list of information system certificates")
    .requiredOption('-f, --file <pem>', 'the certificate, PEM')
    .action(async (options: ClientOptions & { readonly file: string }) => {
      const certificate = readCertificate(options.file)
      await change(options, (control, server, client) =>
        control.change(server, { kind: 'add-certificate', client, certificate }),
      )
      await list(options)
    })
  ofClient('list', "show the hashes of a client's certificates").action(list)
  ofClient('remove', "take a certificate off a client's list")
    .requiredOption('--sha256 <hex>', 'its SHA-256, as "list" shows it')
    .action(async (options: ClientOptions & { readonly sha256: string }) => {
      const sha256 = options.sha256.replaceAll(':', '').toLowerCase()
      await change(options, (control, server, client) =>
        control.change(server, { kind: 'delete-certificate', client, sha256 }),
      )
      await list(options)
    })
  command
    .command('export')
    .description("write a security server's internal certificate, for your client to trust")
    .requiredOption('-s, --server <code>', 'the security server, such as ss1')
    .option('-o, --out <file>', 'the file to write; standard output by default')
    .option('-d, --directory <folder>', 'the folder of the running environment', defaultFolder)
    .action(exportCertificate)
  return command
}

async function list(options: ClientOptions): Promise<void> {
  await change(options, async (control, server, client) => {
    const listed = await control.listedHashes(server, client)
    const lines = listed.map(({ sha256, sha1 }) => `  SHA-256 ${formatHash(sha256)}\n    SHA-1 ${formatHash(sha1)}\n`)
    process.stdout.write(`${client} on ${server}:\n${lines.join('') || '  no certificate\n'}`)
  })
}

async function change(
  { directory, client, server }: ClientOptions,
  act: (control: ControlClient, server: string, client: string) => Promise<void>,
): Promise<void> {
  const state = await requireRunningState(resolve(directory))
  try {
    await act(controlClient(state.bindings.control), server ?? hostOf(state, client), client)
  } catch (error) {
    throw error instanceof ControlRefusal ? new UsageError(error.message, { cause: error }) : error
  }
}

function hostOf({ hosts }: RunningState, client: string): string {
  const [host] = hosts[client] ?? []
  if (host !== undefined) return host
  const nearest = nearestName(client, Object.keys(hosts))
  const remedy = nearest === undefined ? '"roadworthy up" lists those there are' : `did you mean ${nearest}?`
  throw new UsageError(`no security server here has a client ${client}; ${remedy}`)
}

function readCertificate(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`cannot read ${file} (${(cause as NodeJS.ErrnoException).code}); name a PEM file`, { cause })
  }
  return parseCertificatePem(text, file).certificate
}

async function exportCertificate(options: {
  readonly server: string
  readonly out?: string
  readonly directory: string
}): Promise<void> {
  const { servers } = (await requireRunningState(resolve(options.directory))).bindings
  const pem = servers[options.server]?.trust
  if (pem === undefined) {
    throw new UsageError(
      `no security server runs as "${options.server}"; write one of ${Object.keys(servers).join(', ')}`,
    )
  }
  const leaf = new X509Certificate(pem)
  if (options.out === undefined) process.stdout.write(leaf.toString())
  else writePrivateFile(options.out, leaf.toString())
  process.stderr.write(`SHA-256 ${formatHash(createHash('sha256').update(leaf.raw).digest('hex'))}\n`)
}

function formatHash(hex: string): string {
  return hex.toUpperCase().replace(/(..)(?=.)/g, '$1:')
}
