import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { request } from 'undici'
import { UsageError } from '../../fixtures/usage-error.ts'
import { type CertificateUsage, certificateUsages } from '../../mocks/pki/certificate-profile.ts'
import { readCertificateRequest } from '../../mocks/pki/certificate-request.ts'
import { parseCertificatePem } from '../../mocks/pki/keystore.ts'
import { ControlRefusal, controlClient } from '../../suites/client/control-client.ts'
import { type DirectoryOptions, directoryOption } from '../directory-option.ts'
import { unreadable } from '../file-error.ts'
import { writePrivateFile } from '../private-files.ts'
import { requireRunningState } from '../running-environment.ts'

interface AuthorityOptions extends DirectoryOptions {
  readonly out?: string
}

/** Milliseconds for the first answer, in which the authority's key may have to be made. */
const timeLimit = 30_000

/** Adds what the certification authority of a running `up` does for those who ask it. */
export function addAuthorityCommands(command: Command): void {
  command
    .command('authority')
    .description('write the certificate of the certification authority, for a central server or for your own checks')
    .option('-o, --out <file>', 'the file to write; standard output by default')
    .addOption(directoryOption())
    .action(async (options: AuthorityOptions) => {
      const { certificate } = await servicesOf(options)
      write(await (await ask(certificate)).body.text(), options.out)
    })
  command
    .command('issue')
    .description('have a certificate issued for a certificate request (PKCS#10) of a security server')
    .argument('<request>', 'the request, PEM or DER')
    .addOption(
      new Option('-u, --usage <usage>', 'what the certificate is for').choices(certificateUsages).makeOptionMandatory(),
    )
    .option('-o, --out <file>', 'the file to write, PEM; standard output by default')
    .addOption(directoryOption())
    .action(issue)
  command
    .command('revoke')
    .description('revoke a certificate of the authority: from now on its OCSP responder says so, until "up" ends')
    .argument('<certificate>', 'the certificate, PEM')
    .addOption(directoryOption())
    .action(revoke)
}

async function issue(file: string, options: AuthorityOptions & { readonly usage: CertificateUsage }): Promise<void> {
  const bytes = read(file)
  readCertificateRequest(bytes, file)
  const { issuing } = await servicesOf(options)
  const { statusCode, body } = await ask(`${issuing}?usage=${options.usage}`, bytes)
  const text = await body.text()
  if (statusCode !== 200) throw new UsageError(`${file} is refused: ${text.trim()}`)
  write(text, options.out)
}

async function revoke(file: string, { directory }: AuthorityOptions): Promise<void> {
  const { certificate } = parseCertificatePem(read(file).toString('latin1'), file)
  const { bindings } = await requireRunningState(resolve(directory))
  try {
    await controlClient(bindings.control).revoke(certificate)
  } catch (error) {
    throw error instanceof ControlRefusal ? new UsageError(`${file}: ${error.message}`, { cause: error }) : error
  }
}

async function servicesOf({ directory }: AuthorityOptions) {
  const { trustServices } = (await requireRunningState(resolve(directory))).bindings
  if (trustServices === undefined) throw new Error('the mock always has trust services')
  return trustServices
}

function ask(url: string, body?: Buffer) {
  const options = body === undefined ? {} : { method: 'POST' as const, body }
  return request(url, { ...options, headersTimeout: timeLimit, bodyTimeout: timeLimit })
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(file, cause, 'name a file with a certificate or a request')
  }
}

function write(pem: string, file: string | undefined): void {
  if (file === undefined) process.stdout.write(pem)
  else writePrivateFile(file, pem)
}
