import { UsageError } from '../fixtures/usage-error.ts'

/** Puts addresses in the place of `${system.http}`; throws a UsageError for one that is not known. */
export function resolveAddress(address: string, addresses: Readonly<Record<string, string>>): string {
  return address.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const found = addresses[name]
    if (found === undefined) throw new UsageError(`no address is known for \${${name}}; give it among the addresses`)
    return found.replace(/\/$/, '')
  })
}
