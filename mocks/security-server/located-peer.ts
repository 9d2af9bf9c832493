import { formatPath, type ServerId } from '../../fixtures/identifiers.ts'
import { plainHost } from '../../fixtures/url-host.ts'
import { UsageError } from '../../fixtures/usage-error.ts'

/** With the port in so many words, which a URL leaves out if it is that of HTTPS. */
const origin = /^https:\/\/[^/?#@\\]+:\d+\/?$/i

/** Where `locatePeer` says that a server is reached; throws a UsageError unless that is `https://host:port`. */
export function locatedPeer(server: ServerId, located: string): { readonly host: string; readonly port: number } {
  const url = origin.test(located) ? URL.parse(located) : null
  if (url === null) {
    throw new UsageError(`locatePeer says "${located}" for ${formatPath(server)}; write https://host:port`)
  }
  return { host: plainHost(url.hostname), port: Number(url.port || 443) }
}
