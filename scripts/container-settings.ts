import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ContainerRole, containerFiles, containerRoles, containerVariables } from '../fixtures/container-layout.ts'
import { nearestName } from '../fixtures/nearest-name.ts'
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
  /** Folder of made keys and certificates. */
  readonly keys: string
  /** Further names and addresses of the certificates that servers and information systems present. */
  readonly hostNames: readonly string[]
  /** Without a token the control interface tells nothing but that it is up. */
  readonly token: string | undefined
}

type Variables = Readonly<Record<string, string | undefined>>

/** Reads the settings of a container; throws a UsageError that names the variable. An empty variable counts as absent. */
export function readContainerSettings(variables: Variables): ContainerSettings {
  const setting = (name: keyof typeof containerVariables) => variables[containerVariables[name]] || undefined
  const mounted = existsSync(containerFiles.topology) ? containerFiles.topology : defaultTopologyFile()
  const topologyFile = setting('topology') ?? mounted
  const tokenFile = setting('tokenFile')
  return {
    role: roleOf(setting('role') ?? 'environment'),
    server: setting('server'),
    topologyFile,
    baseFolder: dirname(topologyFile),
    profile: setting('profile'),
    addresses: addressesOf(setting('addresses') ?? ''),
    keys: setting('keys') ?? containerFiles.keys,
    hostNames: (setting('hostNames') ?? '').split(/\s+/).filter(Boolean),
    token: tokenFile === undefined ? setting('token') : readToken(tokenFile),
  }
}

function roleOf(name: string): ContainerRole {
  const names = Object.keys(containerRoles)
  if (names.includes(name)) return name as ContainerRole
  const instead = nearestName(name, names) ?? `one of ${names.join(', ')}`
  throw new UsageError(`${containerVariables.role}: there is no role "${name}"; write ${instead}`)
}

/** `provider.http=http://provider:8000 provider.https=…` */
function addressesOf(text: string): Readonly<Record<string, string>> {
  const entries = text
    .split(/\s+/)
    .filter(Boolean)
    .map((entry) => /^([^=]+)=(.*)$/.exec(entry)?.slice(1) ?? [entry, ''])
  for (const [name = '', url = ''] of entries) {
    if (URL.canParse(url)) continue
    throw new UsageError(
      `${containerVariables.addresses}: "${name}" has no address; write ${name.split('=')[0]}=http://host:port`,
    )
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>
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
  if (token !== '') return token
  throw new UsageError(`${containerVariables.tokenFile}: ${file} is empty; write a token in it`)
}
