import { formatPath, memberOf, parseClientPath } from '../fixtures/identifiers.ts'
import { UsageError } from '../fixtures/usage-error.ts'
import type { GlobalConfiguration } from './security-server/global-configuration.ts'
import { makeSigningKey } from './security-server/make-signing-key.ts'
import type { ServerRegistry } from './security-server/server-registry.ts'

/** Has servers generate keys for the members of their clients, and answers with the requests for certificates, PEM. */
export function requestSigningCertificates(
  registry: Pick<ServerRegistry, 'configuration' | 'addSigningKey'>,
  global: () => GlobalConfiguration,
): (code: string, member: string) => Promise<string> {
  return async (code, path) => {
    const member = parseClientPath(path)
    if (member?.kind !== 'member') throw new UsageError(`"${path}" is no member; write INSTANCE/CLASS/MEMBER`)
    const { clients } = registry.configuration(code)
    const known = global()
    const id = known.servers.find((one) => one.code === code)?.id
    if (id === undefined) throw new Error(`nobody knows the server ${code}`)
    const own = formatPath(member)
    const isLocal = [id.owner, ...clients.map((client) => client.id)].some((one) => formatPath(memberOf(one)) === own)
    if (!isLocal) throw new UsageError(`${code} has no client of ${path}; add one first`)
    const { key, request } = await makeSigningKey(member, id, known)
    registry.addSigningKey(code, key)
    return request
  }
}
