import { randomBytes } from 'node:crypto'
import { type ConfigurationVersion, isConfigurationVersion } from '../../fixtures/configuration-version.ts'
import { type CentralIdentities, leafOf } from './central-identities.ts'
import { type ConfigurationPart, writeSignedDirectory } from './configuration-directory.ts'
import type { ConfigurationSource } from './configuration-source.ts'
import { optionalParts } from './optional-parts.ts'
import { privateParameters } from './private-parameters.ts'
import type { PublishedFacts } from './published-facts.ts'
import type { PublishingDecisions } from './publishing-decisions.ts'
import { sharedParameters } from './shared-parameters.ts'
import { timestampFolder } from './timestamp-folder.ts'
import { writeXml } from './xml-element.ts'

/** What is to be published now. A new object for every change, for that is how a change is noticed. */
export interface PublishedState {
  readonly facts: PublishedFacts
  readonly decisions: PublishingDecisions
  /** Which of the two signing keys of each source is in use: 0 or 1. */
  readonly activeKey: number
}

/** Milliseconds: how often a configuration is made anew, for how long it is valid, and how long its files are kept. */
const regenerationInterval = 60_000
const validity = 600_000
const retention = 600_000
/** Generations that are kept beside the newest, however fast one change follows another. */
const generationLimit = 8

interface Generation {
  readonly state: PublishedState
  readonly at: number
  readonly folder: string
  /** Files by location, made when they are first asked for. */
  readonly files: Map<string, Buffer>
  readonly directories: Map<string, Buffer>
}

export interface ConfigurationPublisher {
  /** The signed directory; undefined for a version that there is none of. */
  directory(source: ConfigurationSource, version: number): Buffer | undefined
  /** A file of a directory that was handed out in the last ten minutes, or in the last eight changes if these were faster. */
  file(path: string): Buffer | undefined
}

/** Publishes whatever `state` says, all versions up to `newest` side by side, and makes of them only what is asked for. */
export function configurationPublisher(
  identities: CentralIdentities,
  state: () => PublishedState,
  newest: ConfigurationVersion,
  now: () => number = Date.now,
): ConfigurationPublisher {
  let generations: Generation[] = []

  function current(): Generation {
    const wanted = state()
    const at = now()
    const [newest] = generations
    if (newest !== undefined && isSame(newest.state, wanted) && at - newest.at < regenerationInterval) return newest
    const folder = timestampFolder(at, newest?.folder)
    const generation = { state: wanted, at, folder, files: new Map(), directories: new Map() }
    const kept = generations.filter((old) => at - old.at < retention + regenerationInterval)
    generations = [generation, ...kept.slice(0, generationLimit)]
    return generation
  }

  function directory(source: ConfigurationSource, version: number): Buffer | undefined {
    const generation = current()
    const { decisions, activeKey } = generation.state
    if (!isConfigurationVersion(version) || version > newest || !decisions.isServed(version, source)) return undefined
    const name = `${source}/${version}`
    const known = generation.directories.get(name)
    if (known !== undefined) return known
    const parts = partsOf(generation, source, version)
    for (const { location, bytes } of parts) generation.files.set(location, bytes)
    const signer = [...identities.signing[source], identities.stranger][decisions.signingKey(activeKey)]
    if (signer === undefined) throw new Error(`the ${source} source has no such key`)
    const written = writeSignedDirectory(
      {
        version,
        expires: new Date(generation.at + validity),
        parts,
        boundaries: { envelope: newBoundary(), directory: newBoundary() },
        signer: { key: signer.key, certificate: leafOf(signer) },
      },
      decisions,
    )
    generation.directories.set(name, written)
    return written
  }

  return {
    directory,
    file(path) {
      for (const { files } of generations) {
        const bytes = files.get(path)
        if (bytes !== undefined) return bytes
      }
      return undefined
    },
  }
}

function isSame(one: PublishedState, other: PublishedState): boolean {
  return one.facts === other.facts && one.decisions === other.decisions && one.activeKey === other.activeKey
}

function partsOf(
  { state: { facts, decisions }, folder, files }: Generation,
  source: ConfigurationSource,
  version: ConfigurationVersion,
): ConfigurationPart[] {
  const { instance } = facts.global
  // Every part names its instance, the optional ones too: a security server reads no part that does not.
  const part = (name: string, fileName: string, write: () => string): ConfigurationPart => {
    const identifier = `${name}; instance='${instance}'`
    const location = `/V${version}/${folder}/${fileName}`
    // In memory of its own: a corner of Node's pool would keep all of that as long as the file is kept.
    const encode = (text: string) => Buffer.from(new TextEncoder().encode(text).buffer)
    return { identifier, location, bytes: files.get(location) ?? encode(write()) }
  }
  const shared = part('SHARED-PARAMETERS', 'shared-params.xml', () =>
    writeXml(decisions.shared(sharedParameters(facts, version), version)),
  )
  if (source === 'external') return [shared]
  return [
    shared,
    part('PRIVATE-PARAMETERS', 'private-params.xml', () => writeXml(decisions.private(privateParameters(facts)))),
    ...optionalParts(facts).map(({ identifier, fileName, root }) => part(identifier, fileName, () => writeXml(root))),
  ]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function newBoundary(): string {
  return [...randomBytes(20)].map((byte) => letters[byte % letters.length]).join('')
}
