import { createHash } from 'node:crypto'
import { findBlankCode } from '../../fixtures/configuration-schema/blank-code.ts'
import { childOf } from '../observe/xml.ts'
import { checkDocument } from './check-document.ts'
import type { ConfigurationAnchor } from './configuration-anchor.ts'
import { ConfigurationProblem } from './configuration-problem.ts'
import { type Download, type DownloadLimits, download, TooLarge } from './download.ts'
import { isParameters } from './file-name.ts'
import { partAddress } from './part-address.ts'
import { requirePart, schemaOf } from './require-part.ts'
import { readSignedDirectory } from './signed-directory.ts'
import { type DirectoryEntry, type VerifiedDirectory, verifyDirectory } from './verify-directory.ts'

export interface VerifiedConfiguration extends VerifiedDirectory {
  readonly url: string
  readonly files: readonly { readonly entry: DirectoryEntry; readonly url: string; readonly bytes: Buffer }[]
}

export interface VerificationOptions {
  /** The one version to ask for; by default the newest that is served. */
  readonly version?: number
  readonly limits?: DownloadLimits
  readonly now?: () => Date
  /** The source is to serve security servers: private parameters must be there. */
  readonly internal?: boolean
}

const directoryLimit = 1024 * 1024
const probedVersions = [6, 5, 4, 3]

/** Nobody answers at any source, or not with a configuration. Each reason names its address. */
export class SourceUnreachable extends Error {
  override readonly name = 'SourceUnreachable'
}

/**
 * Downloads a configuration by its anchor and verifies it as a security server does: addresses in turn, HTTPS first.
 * Rejects with the ConfigurationProblem of the last address that answered, or SourceUnreachable.
 */
export async function verifyConfiguration(
  anchor: ConfigurationAnchor,
  options: VerificationOptions = {},
): Promise<VerifiedConfiguration> {
  const failures: unknown[] = []
  for (const { url, certificates } of locationsOf(anchor)) {
    try {
      return await verifyLocation(url, certificates, anchor.instance, options)
    } catch (error) {
      failures.push(error)
    }
  }
  const problem = failures.findLast((error) => error instanceof ConfigurationProblem)
  throw problem ?? new SourceUnreachable(failures.map((error) => describe(error)).join('\n'))
}

/** A security server derives HTTPS addresses from those of HTTP, and uses no others. */
function locationsOf({ sources }: ConfigurationAnchor): ConfigurationAnchor['sources'] {
  const plain = sources.filter(({ url }) => url.startsWith('http:'))
  if (plain.length === 0) {
    throw new ConfigurationProblem(
      'anchor_without_location',
      'the anchor names no http:// address; a security server finds nothing to download and does not say so',
    )
  }
  return [...plain.map((source) => ({ ...source, url: source.url.replace(/^http:/, 'https:') })), ...plain]
}

async function verifyLocation(
  location: string,
  certificates: readonly Buffer[],
  instance: string,
  { version, limits, now = () => new Date(), internal = false }: VerificationOptions,
): Promise<VerifiedConfiguration> {
  const wanted = version ?? (await newestVersion(location, limits))
  const url = withVersion(location, wanted)
  const answer = await fetchFrom(url, { ...limits, size: directoryLimit })
  if (answer.status !== 200) throw new SourceUnreachable(`${url} answers with status ${answer.status}`)
  if (answer.headers['content-encoding'] !== undefined) {
    throw new ConfigurationProblem(
      'global_conf_missing_signed_data_expiration_date',
      `${url} answers in the encoding ${answer.headers['content-encoding']}, which a security server does not undo`,
    )
  }
  const directory = verifyDirectory(readSignedDirectory(answer.body), certificates, now())
  const files = []
  for (const entry of directory.entries) files.push(await verifyFile(entry, url, directory.version, limits))
  const folder = files.find(({ entry: { fileName } }) => fileName === '.' || fileName === '..')
  if (folder !== undefined) {
    throw new ConfigurationProblem('global_conf_part_file_save_failure', `${folder.entry.location} names a folder`)
  }
  requirePart({ ...directory, files }, 'SHARED-PARAMETERS', instance)
  if (internal) requirePart({ ...directory, files }, 'PRIVATE-PARAMETERS', instance)
  return { ...directory, url, files }
}

// A security server takes any answer but 404 for a sign that the version is there.
async function newestVersion(location: string, limits: DownloadLimits | undefined): Promise<number> {
  for (const version of probedVersions) {
    const { status } = await fetchFrom(withVersion(location, version), { ...limits, size: directoryLimit })
    if (status !== 404) return version
  }
  return 2
}

async function verifyFile(
  entry: DirectoryEntry,
  base: string,
  version: number,
  limits: DownloadLimits | undefined,
): Promise<VerifiedConfiguration['files'][number]> {
  const url = partAddress(entry.location, base)
  const answer = await fetchPart(url, limits)
  if (!createHash(entry.hashAlgorithm).update(answer).digest().equals(entry.hash)) {
    throw new ConfigurationProblem(
      'global_conf_part_downloaded_file_integrity_failure',
      `the hash of ${url} is not the one that the directory says`,
    )
  }
  if (isParameters(entry.identifier)) {
    const root = checkDocument(answer, schemaOf(entry.identifier, version), 'malformed_global_conf', url)
    const blank = findBlankCode(root)
    if (blank !== undefined) throw new ConfigurationProblem('internal_error', `${blank} of ${url} must not be blank`)
    const instance = childOf(root, 'instanceIdentifier')?.text
    if (instance !== entry.instance) {
      throw new ConfigurationProblem(
        'global_conf_part_invalid_instance_identifier',
        `${url} is of the instance ${instance}, but the directory says ${entry.instance}`,
      )
    }
  }
  return { entry, url, bytes: answer }
}

async function fetchPart(url: string, limits: DownloadLimits | undefined): Promise<Buffer> {
  const code = 'global_conf_part_download_failure'
  let answer: Download
  try {
    answer = await fetchFrom(url, limits)
  } catch (error) {
    throw new ConfigurationProblem(code, describe(error), { cause: error })
  }
  if (answer.status === 200) return answer.body
  throw new ConfigurationProblem(code, `${url} answers with status ${answer.status}`)
}

function withVersion(location: string, version: number): string {
  const url = new URL(location)
  if (!url.searchParams.has('version')) url.searchParams.set('version', String(version))
  return url.href
}

async function fetchFrom(url: string, limits: DownloadLimits | undefined): Promise<Download> {
  try {
    return await download(url, limits)
  } catch (error) {
    if (error instanceof TooLarge) {
      throw new ConfigurationProblem('global_conf_parsing_downloaded_conf_directory_failure', error.message)
    }
    throw new SourceUnreachable(`${url} cannot be downloaded: ${describe(error)}`, { cause: error })
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
