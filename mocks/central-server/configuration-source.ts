/** Internal for the security servers of the instance, external for those of others. */
export type ConfigurationSource = 'internal' | 'external'
