import { plainHost } from '../../fixtures/url-host.ts'

/** Where a server listens: a name or an address, and a port. */
export interface TlsEndpoint {
  readonly host: string
  readonly port: number
}

/** Where the server of an https address listens. */
export function tlsEndpoint(url: string): TlsEndpoint {
  const { hostname, port } = new URL(url)
  return { host: plainHost(hostname), port: Number(port) || 443 }
}
