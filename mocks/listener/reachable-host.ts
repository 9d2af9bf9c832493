import { urlHost } from '../../fixtures/url-host.ts'

/** Where a listener on every address is reached from the same machine; any other host as it is. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** The same as it stands in a URL. */
export function reachableUrlHost(host: string): string {
  const reachable = reachableHost(host)
  return urlHost(reachable)
}
