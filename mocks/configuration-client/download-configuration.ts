import { createHash } from 'node:crypto'
import type { GlobalConfigurationRules } from '../../fixtures/version-profile.ts'
import type { Get } from './bounded-get.ts'
import { ConfigurationFailure } from './configuration-failure.ts'
import type { DownloadDecisions } from './download-decisions.ts'
import { isParametersIdentifier, type Parameters, readParameters } from './parameters.ts'
import { partLocation } from './part-location.ts'
import { readSignedDirectory } from './read-signed-directory.ts'
import { parametersOf, storedName } from './stored-name.ts'
import type { DownloadLocation } from './trust-anchor.ts'
import type { findCertificate } from './verification-certificates.ts'
import { type ListedFile, verifySignedDirectory } from './verify-signed-directory.ts'

/** A configuration that passed every check. */
export interface GoodConfiguration {
  /** The address that it came from, with its version. */
  readonly url: string
  readonly version: number
  readonly expires: number
  readonly files: readonly StoredFile[]
}

/** A file with the name that it is found by in the folder of its instance. */
interface NamedFile extends ListedFile {
  readonly name: string
}

export interface StoredFile extends NamedFile {
  readonly bytes: Buffer
  /** What they say, if they are shared or private parameters that can be read. */
  readonly parameters: Parameters | undefined
}

/** Bytes that the files of a configuration may have in all. */
const sizeLimit = 128 * 1024 * 1024

const partFailure = 'global_conf_part_download_failure'

/** What a download has to do with besides the configuration itself. */
export interface DownloadSurroundings {
  readonly get: Get
  readonly now: () => number
  /** How a signing certificate is found among those of a location. */
  readonly trust: typeof findCertificate
  readonly decisions: DownloadDecisions
  /** What the release of the client knows. */
  readonly release: GlobalConfigurationRules
}

/**
 * Downloads a configuration, all of it or the files with those identifiers, or throws a ConfigurationFailure; files that
 * `last` has already are not asked for.
 */
export async function downloadConfiguration(
  { url: location, certificates }: DownloadLocation,
  surroundings: DownloadSurroundings,
  last: GoodConfiguration | undefined,
  identifiers?: readonly string[],
): Promise<GoodConfiguration> {
  const { get, now, trust, decisions } = surroundings
  const url = await versionedUrl(location, surroundings)
  const code = 'global_conf_download_url_connection_failure'
  const { status, body } = await orFailure(code, get(url))
  if (status !== 200) throw new ConfigurationFailure(code, `${url} answers with status ${status}`)
  const directory = readSignedDirectory(body)
  const { expires, version, files } = verifySignedDirectory(directory, trust(certificates), now(), decisions)
  const stored: StoredFile[] = []
  const wanted = files.filter(({ identifier = '' }) => identifiers?.includes(identifier) ?? true)
  let size = 0
  for (const file of wanted) {
    const fetched = await fetchFile({ ...file, name: storedName(file) }, { url, version }, get, last, decisions)
    size += fetched.bytes.length
    if (size > sizeLimit)
      throw new ConfigurationFailure(partFailure, `the files of ${url} are larger than ${sizeLimit}`)
    stored.push(fetched)
  }
  const unusable = stored.find(({ name }) => name === '.' || name === '..')
  if (unusable === undefined) return { url, version, expires, files: stored }
  throw new ConfigurationFailure('global_conf_part_file_save_failure', `${unusable.location} names a folder`)
}

/**
 * The newest version that the client knows and that is there, every status but 404 being a sign of it; else version 2,
 * without a look.
 */
async function versionedUrl(location: string, { get, decisions, release }: DownloadSurroundings): Promise<string> {
  const url = new URL(location)
  const versions = decisions.versions(release.version)
  if (url.searchParams.has('version') || versions === undefined) return location
  const withVersion = (version: number) => {
    url.searchParams.set('version', String(version))
    return url.href
  }
  for (const version of versions) {
    const { status } = await orFailure('global_conf_get_version_failed', get(withVersion(version)))
    if (status !== 404) return withVersion(version)
  }
  return withVersion(2)
}

async function fetchFile(
  file: NamedFile,
  directory: { readonly url: string; readonly version: number },
  get: Get,
  last: GoodConfiguration | undefined,
  { keepUnchanged, verifyHashes }: DownloadDecisions,
): Promise<StoredFile> {
  const known = (keepUnchanged ? last : undefined)?.files.find(
    (one) => one.name === file.name && one.instance === file.instance && one.hash === file.hash,
  )
  if (known !== undefined) return { ...known, ...file }
  const url = partLocation(file.location, directory.url)
  const { status, body } = await orFailure(partFailure, get(url))
  if (status !== 200) throw new ConfigurationFailure(partFailure, `${url} answers with status ${status}`)
  if (verifyHashes && !createHash(file.digest).update(body).digest().equals(file.hashBytes)) {
    throw new ConfigurationFailure('global_conf_part_downloaded_file_integrity_failure', `the hash of ${url} is wrong`)
  }
  if (!isParametersIdentifier(file.identifier)) {
    return { ...file, bytes: body, parameters: foundParameters(file, body, directory.version) }
  }
  const parameters = readParameters(body, file.identifier, directory.version)
  if (parameters.instance === file.instance) return { ...file, bytes: body, parameters }
  throw new ConfigurationFailure(
    'global_conf_part_invalid_instance_identifier',
    `${url} is of the instance ${parameters.instance}, not ${file.instance}`,
  )
}

/** A security server reads what it finds under the name of parameters, if it can, however the directory calls it. */
function foundParameters({ instance, name }: NamedFile, bytes: Buffer, version: number): Parameters | undefined {
  const identifier = instance === undefined ? undefined : parametersOf(name)
  if (identifier === undefined) return undefined
  try {
    return readParameters(bytes, identifier, version)
  } catch (error) {
    if (error instanceof ConfigurationFailure) return undefined
    throw error
  }
}

async function orFailure<T>(code: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new ConfigurationFailure(code, error instanceof Error ? error.message : String(error), { cause: error })
  }
}
