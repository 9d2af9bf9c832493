import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { type ConfigurationAnchor, readAnchor } from '../../suites/configuration/configuration-anchor.ts'
import { ConfigurationProblem } from '../../suites/configuration/configuration-problem.ts'
import { download } from '../../suites/configuration/download.ts'
import { unreadableAuthorities } from '../../suites/configuration/unreadable-authorities.ts'
import {
  SourceUnreachable,
  type VerifiedConfiguration,
  verifyConfiguration,
} from '../../suites/configuration/verify-configuration.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { unreadable } from '../file-error.ts'

interface Options {
  // Not `version`: that is the program's own.
  readonly configurationVersion?: number
  readonly internal?: true
  readonly json?: true
}

interface Surroundings {
  readonly write?: (text: string) => void
}

const anchorLimit = 1024 * 1024

/** `roadworthy configuration`: verify the global configuration of any central server from outside. */
export function configurationCommand(surroundings: Surroundings = {}): Command {
  const { write = (text) => process.stdout.write(text) } = surroundings
  return new Command('configuration')
    .description('download the global configuration that an anchor names, and verify it as a security server does')
    .argument('<anchor>', 'configuration anchor: a file, or the address that it is downloaded from')
    .option('-c, --configuration-version <number>', 'version to ask for; by default the newest one', readVersion)
    .option('--internal', 'demand private parameters too, as a security server of the instance does')
    .option('--json', 'print one line of JSON for programs')
    .addHelpText(
      'after',
      `
Examples:
  roadworthy configuration configuration_anchor.xml      is it valid now, and until when
  roadworthy configuration anchor.xml --internal         would a security server of this instance take it
  roadworthy configuration anchor.xml -c 2               what old security servers get

Exit codes: 0 valid, 1 not valid (with the error code that a security server has for it), 2 a mistake in options or
files, 3 the source cannot be reached.`,
    )
    .action(async (anchor: string, options: Options) => {
      process.exitCode = await judge(anchor, options, write)
    })
}

async function judge(name: string, options: Options, write: (text: string) => void): Promise<ExitCode> {
  const { configurationVersion: version, internal = false, json = false } = options
  try {
    const bytes = await readAnchorBytes(name)
    const anchor = { ...readAnchor(bytes), hash: anchorHash(bytes) }
    const verified = await verifyConfiguration(anchor, { internal, ...(version === undefined ? {} : { version }) })
    write(json ? `${JSON.stringify(summarise(anchor, verified))}\n` : print(anchor, verified))
    return exitCodes.conforms
  } catch (error) {
    if (error instanceof ConfigurationProblem) {
      const { code, message } = error
      write(json ? `${JSON.stringify({ valid: false, code, message })}\n` : `Not valid: ${code}\n  ${message}\n`)
      return exitCodes.doesNotConform
    }
    if (error instanceof SourceUnreachable) {
      const { message } = error
      const reasons = message.replaceAll('\n', '\n  ')
      write(json ? `${JSON.stringify({ reached: false, message })}\n` : `The source cannot be reached:\n  ${reasons}\n`)
      return exitCodes.nothingJudged
    }
    throw error
  }
}

async function readAnchorBytes(name: string): Promise<Buffer> {
  if (!/^https?:/.test(name)) return readAnchorFile(name)
  try {
    const { status, body } = await download(name, { size: anchorLimit })
    if (status === 200) return body
    throw new SourceUnreachable(`${name} answers with status ${status}`)
  } catch (error) {
    if (error instanceof SourceUnreachable) throw error
    throw new SourceUnreachable(`${name} cannot be downloaded: ${(error as Error).message}`, { cause: error })
  }
}

function readAnchorFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(file, cause, 'name the file of a configuration anchor, or its address')
  }
}

interface HashedAnchor extends ConfigurationAnchor {
  readonly hash: string
}

/** What administrators compare an anchor by: SHA-224 of its file, as `0A:1B:…`. */
function anchorHash(bytes: Buffer): string {
  const digest = createHash('sha224').update(bytes).digest('hex').toUpperCase()
  return digest.replace(/..(?!$)/g, '$&:')
}

function summarise({ instance, hash }: HashedAnchor, verified: VerifiedConfiguration) {
  const { url, version, expires, files } = verified
  const parts = files.map(({ entry, url: location, bytes }) => ({
    identifier: entry.identifier,
    location,
    size: bytes.length,
  }))
  return {
    valid: true,
    instance,
    anchorHash: hash,
    url,
    version,
    expires,
    parts,
    unreadableAuthorities: unreadableAuthorities(verified),
  }
}

function print(anchor: HashedAnchor, verified: VerifiedConfiguration): string {
  const { instance, url, version, expires, parts, unreadableAuthorities: unreadable } = summarise(anchor, verified)
  const lines = parts.map(({ identifier, location, size }) => `  ${identifier ?? 'a file'}: ${size} bytes, ${location}`)
  const warnings = unreadable.map(
    (name) =>
      `  A certificate of ${name} cannot be read: a security server takes this, and then fails at every message.`,
  )
  lines.push(`  the anchor: SHA-224 hash ${anchor.hash}`)
  const until = expires.toISOString()
  return `${[`Valid until ${until}: version ${version} of ${instance}, ${url}`, ...lines, ...warnings].join('\n')}\n`
}

function readVersion(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('write a number such as 6')
}
