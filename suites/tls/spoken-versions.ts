import { versionCodes } from '../../fixtures/tls/versions.ts'
import type { OfferedVersion } from './client-hello.ts'
import type { VersionReport } from './tls-report.ts'

/** A version that a server speaks, apart from SSL 2.0, with its suites. */
export interface Spoken {
  readonly version: OfferedVersion
  readonly suites: readonly string[]
}

/** The versions that a server speaks, the newest first. */
export function spokenVersions(versions: readonly VersionReport[]): Spoken[] {
  return versions
    .flatMap(({ version, ...rest }) => (rest.spoken && version !== 'SSLv2' ? [{ version, suites: rest.suites }] : []))
    .toSorted((one, other) => versionCodes[other.version] - versionCodes[one.version])
}

/** The newest version of those before TLS 1.3, whose first flight hides nothing. */
export function newestOpenVersion(spoken: readonly Spoken[]): Spoken | undefined {
  return spoken.find(({ version }) => version !== 'TLSv1.3')
}
