import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type ContainerRole, containerFiles, containerRoles, containerVariables } from '../fixtures/container-layout.ts'
import { nearestName } from '../fixtures/nearest-name.ts'
import { findProfile } from '../fixtures/profiles.ts'
import { unknownProfile } from '../fixtures/require-profile.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import { defaultTopologyFile } from './package-facts.ts'

/** What a container is told by its environment variables and by the files that are mounted. */
export interface ContainerSettings {
  readonly role: ContainerRole
  /** The code of the security server, if one is played alone. */
  readonly server: string | undefined
  readonly topologyFile: string
  /** Folder that PEM file names of the topology are relative to. */
  readonly baseFolder: string
  readonly profile: string | undefined
  /** Of external information systems, by the names that the topology uses: `provider.http`. */
  readonly addresses: Readonly<Record<string, string>>
  /** Folder of made keys and certificates, if it is another than that of the data folder. */
  readonly keys: string | undefined
  /** Further names and addresses of the certificates that servers and information systems present. */
  readonly hostNames: readonly string[]
  /** Without a token the control interface tells nothing but that it is up. */
  readonly token: string | undefined
}

type Variables = Readonly<Record<string, string | undefined>>

/** Reads the settings of a container; throws a UsageError that names the variable. An empty variable counts as absent. */
export function readContainerSettings(variables: Variables): ContainerSettings {
  refuseMistyped(variables)
  const setting = (name: keyof typeof containerVariables) => variables[containerVariables[name]] || undefined
  const topologyFile = setting('topology') ?? mountedTopology() ?? defaultTopologyFile()
  const tokenFile = setting('tokenFile')
  return {
    role: roleOf(setting('role') ?? 'environment'),
    server: setting('server'),
    topologyFile,
    baseFolder: dirname(topologyFile),
    profile: profileOf(setting('profile')),
    addresses: addressesOf(setting('addresses') ?? ''),
    keys: setting('keys'),
    hostNames: hostNamesOf(setting('hostNames') ?? ''),
    token: tokenFile === undefined ? tokenOf(setting('token')) : readToken(tokenFile),
  }
}

function roleOf(name: string): ContainerRole {
  const names = Object.keys(containerRoles)
  if (names.includes(name)) return name as ContainerRole
  const instead = nearestName(name, names) ?? `one of ${names.join(', ')}`
  throw new UsageError(`${containerVariables.role}: there is no role ${JSON.stringify(name)}; write ${instead}`)
}

const prefix = 'ROADWORTHY_'

/** Only what is nearly one of ours: others are for other programs, or Kubernetes has set them for a service of our name. */
function refuseMistyped(variables: Variables): void {
  const known = Object.values(containerVariables).map((name) => name.slice(prefix.length))
  for (const [name, value] of Object.entries(variables)) {
    const rest = name.slice(prefix.length)
    if (!name.startsWith(prefix) || known.includes(rest) || value === '') continue
    const meant = nearestName(rest, known)
    if (meant !== undefined) throw new UsageError(`nothing is configured by ${name}; write ${prefix}${meant}`)
  }
}

/** What is mounted in the folder for it, if anything is. */
function mountedTopology(): string | undefined {
  const folder = dirname(containerFiles.topology)
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`${folder} cannot be read (${code}); mount a folder there that this user can read`, { cause })
  }
  if (names.includes(basename(containerFiles.topology))) return containerFiles.topology
  // What else may be there belongs to a topology: certificates, or a token.
  const other = names.find((name) => /\.(ya?ml|json)$/.test(name))
  if (other === undefined) return undefined
  const instead = `call it ${basename(containerFiles.topology)}, or name it in ${containerVariables.topology}`
  throw new UsageError(`there is no topology in ${folder}, but ${other}; ${instead}`)
}

function profileOf(name: string | undefined): string | undefined {
  if (name === undefined || findProfile(name) !== undefined) return name
  throw new UsageError(`${containerVariables.profile}: ${unknownProfile(name)}`)
}

function hostNamesOf(text: string): readonly string[] {
  const names = text.split(/\s+/).filter(Boolean)
  const wrong = names.find((name) => !/^[\w.:-]+$/.test(name))
  if (wrong === undefined) return names
  throw new UsageError(`${containerVariables.hostNames}: "${wrong}" is no name or address; write docker 192.0.2.1`)
}

/** `provider.http=http://provider:8000 provider.https=…` */
function addressesOf(text: string): Readonly<Record<string, string>> {
  const entries = text
    .split(/\s+/)
    .filter(Boolean)
    .map((entry) => /^([^=]+)=(.*)$/.exec(entry)?.slice(1) ?? [entry, ''])
  for (const [name = '', url = ''] of entries) {
    if (/^https?:\/\//.test(url) && URL.canParse(url)) continue
    throw new UsageError(
      `${containerVariables.addresses}: "${name}" has no address; write ${name.split('=')[0]}=http://host:port`,
    )
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>
}

function tokenOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : requireToken(text, containerVariables.token)
}

/** A token travels in a header. */
function requireToken(text: string, where: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new UsageError(`${where}: this is no token; write letters, digits and signs of ASCII, without blanks`)
}

function readToken(file: string): string {
  let token: string
  try {
    token = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    throw new UsageError(
      `${containerVariables.tokenFile}: ${file} cannot be read (${reason}); mount a file with a token there`,
      { cause },
    )
  }
  if (token !== '') return requireToken(token, `${containerVariables.tokenFile}: ${file}`)
  throw new UsageError(`${containerVariables.tokenFile}: ${file} is empty; write a token in it`)
}
