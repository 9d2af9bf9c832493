/** Versions of the global configuration that are published side by side. */
export const configurationVersions = [2, 3, 4, 5, 6] as const

export type ConfigurationVersion = (typeof configurationVersions)[number]

/** Internal for the security servers of the instance, external for those of others. */
export type ConfigurationSource = 'internal' | 'external'

export function isConfigurationVersion(version: number): version is ConfigurationVersion {
  return (configurationVersions as readonly number[]).includes(version)
}
