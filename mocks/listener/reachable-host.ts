import { urlHost } from '../../fixtures/url-host.ts'

/** Where a listener on every address is reached from the same machine: one of IPv6 takes IPv4 too. Any other host as it is. */
export function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** The same as it stands in a URL. */
export function reachableUrlHost(host: string): string {
  const reachable = reachableHost(host)
  return urlHost(reachable)
}
