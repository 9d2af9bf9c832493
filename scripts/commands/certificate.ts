import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { nearestName } from '../../fixtures/nearest-name.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { parseCertificatePem, parseCredential } from '../../mocks/pki/keystore.ts'
import { type ControlClient, ControlRefusal, controlClient } from '../../suites/client/control-client.ts'
import { type DirectoryOptions, directoryOption } from '../directory-option.ts'
import { unreadable } from '../file-error.ts'
import { writePrivateFile } from '../private-files.ts'
import { type RunningState, requireRunningState } from '../running-environment.ts'
import { addAuthorityCommands } from './issue-certificate.ts'

interface ClientOptions extends DirectoryOptions {
  readonly client: string
  readonly server?: string
}

/** `roadworthy certificate`: what an administrator does with certificates on a running `up`. */
export function certificateCommand(): Command {
  const command = new Command('certificate')
    .description('certificates of a running "roadworthy up": add, list, remove, export, replace, issue, revoke')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  roadworthy certificate add --client FI-DEV/GOV/0245437-2/TestClient --file clientcert.pem
  roadworthy certificate list --client FI-DEV/GOV/0245437-2/TestClient
  roadworthy certificate export --server ss1 --out internal.pem
  roadworthy certificate replace --server ss1 --file chain.pem --key internal.key
  roadworthy certificate issue sign_csr.pem --usage signing --out sign_cert.pem
  roadworthy certificate authority --out ca.pem

Exit codes: 0 done, 2 a mistake in options or files, 3 nothing runs.`,
    )
  const ofClient = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption('-c, --client <path>', 'the client, such as FI-DEV/GOV/0245437-2/TestClient')
      .option('-s, --server <code>', 'its security server; the first that has such a client by default')
      .addOption(directoryOption())

  ofClient('add', "add a certificate to a client's list of information system certificates")
    .requiredOption('-f, --file <pem>', 'the certificate, PEM')
    .action(async (options: ClientOptions & { readonly file: string }) => {
      const { certificate } = parseCertificatePem(readPem(options.file), options.file)
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
    .addOption(directoryOption())
    .action(exportCertificate)
  command
    .command('replace')
    .description('give a security server another internal certificate, presented from the next handshake on')
    .requiredOption('-s, --server <code>', 'the security server, such as ss1')
    .requiredOption('-f, --file <pem>', 'the certificate, or a chain with the leaf first, PEM')
    .requiredOption('-k, --key <pem>', 'its private key, PEM')
    .addOption(directoryOption())
    .action(replaceCertificate)
  addAuthorityCommands(command)
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

function readPem(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (cause) {
    throw unreadable(file, cause, 'name a PEM file')
  }
}

interface ServerOptions extends DirectoryOptions {
  readonly server: string
}

async function exportCertificate(options: ServerOptions & { readonly out?: string }): Promise<void> {
  await ofServer(options, async (control, server) => {
    const leaf = new X509Certificate(await control.internalCertificate(server))
    if (options.out === undefined) process.stdout.write(leaf.toString())
    else writePrivateFile(options.out, leaf.toString())
    process.stderr.write(`SHA-256 ${sha256Of(leaf)}\n`)
  })
}

async function replaceCertificate(
  options: ServerOptions & { readonly file: string; readonly key: string },
): Promise<void> {
  const { certificate, key = '' } = parseCredential(
    readPem(options.file),
    readPem(options.key),
    options.file,
    options.key,
  )
  await ofServer(options, async (control, server) => {
    await control.change(server, { kind: 'set-internal-certificate', certificate, key })
    process.stderr.write(`${server} presents SHA-256 ${sha256Of(new X509Certificate(certificate))} from now on\n`)
  })
}

async function ofServer(
  { server, directory }: ServerOptions,
  act: (control: ControlClient, server: string) => Promise<void>,
): Promise<void> {
  const { servers, control } = (await requireRunningState(resolve(directory))).bindings
  if (servers[server] === undefined) {
    throw new UsageError(`no security server runs as "${server}"; write one of ${Object.keys(servers).join(', ')}`)
  }
  await act(controlClient(control), server)
}

function sha256Of({ raw }: X509Certificate): string {
  return formatHash(createHash('sha256').update(raw).digest('hex'))
}

function formatHash(hex: string): string {
  return hex.toUpperCase().replace(/(..)(?=.)/g, '$1:')
}
