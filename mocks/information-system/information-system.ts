import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { TlsOptions } from 'node:tls'
import { listenOn } from '../listener/listen-on.ts'
import { reachableUrlHost } from '../listener/reachable-host.ts'
import type { Credential } from '../pki/keystore.ts'
import type { TestService } from './test-service.ts'
import { testServiceListener } from './test-service-listener.ts'

export interface InformationSystemOptions {
  readonly name: string
  readonly service: TestService
  /** Certificate and key of the HTTPS listener; without it there is none. */
  readonly credential?: Pick<Credential, 'certificate' | 'key'>
  /** What is unusual about the TLS that the HTTPS listener speaks. */
  readonly tls?: Pick<TlsOptions, 'minVersion' | 'requestCert'>
  /** 127.0.0.1 by default. */
  readonly host?: string
  /** 0, the default, takes any free port. */
  readonly ports?: { readonly http?: number; readonly https?: number }
}

export interface RunningInformationSystem extends AsyncDisposable {
  readonly name: string
  /** Without a trailing slash: `http://127.0.0.1:40231`. */
  readonly httpUrl: string
  readonly httpsUrl?: string
}

// Longer than any client here pools a connection, so that it is the client who closes it.
const keepAliveTimeout = 125_000

/** Serves a test service over real sockets; throws a UsageError if a port is taken. */
export async function startInformationSystem(options: InformationSystemOptions): Promise<RunningInformationSystem> {
  const { name, service, credential, tls = {}, host = '127.0.0.1', ports = {} } = options
  const urls = { http: '', https: '' }
  const servers: (Server | TlsServer)[] = []
  const listen = async (server: Server | TlsServer, scheme: 'http' | 'https') => {
    servers.push(server)
    const place = { host, purpose: `information system ${name}`, writtenIn: 'in informationSystems of the topology' }
    const port = await listenOn(server, { ...place, port: ports[scheme] ?? 0 })
    urls[scheme] = `${scheme}://${reachableUrlHost(host)}:${port}`
  }
  const stopAll = async () => {
    await Promise.all(servers.map(stop))
  }
  try {
    const forHttp = testServiceListener(service, () => urls.http)
    await listen(createServer({ keepAliveTimeout }, forHttp), 'http')
    if (credential !== undefined) {
      const forHttps = testServiceListener(service, () => urls.https)
      await listen(createTlsServer({ keepAliveTimeout, ...tlsOptions(credential), ...tls }, forHttps), 'https')
    }
  } catch (error) {
    await stopAll()
    throw error
  }
  return {
    name,
    httpUrl: urls.http,
    ...(credential !== undefined && { httpsUrl: urls.https }),
    [Symbol.asyncDispose]: stopAll,
  }
}

function tlsOptions({ certificate, key }: Pick<Credential, 'certificate' | 'key'>): TlsOptions {
  return {
    cert: certificate,
    ...(key !== undefined && { key }),
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    // Without parameters the DHE suites that a security server offers silently vanish.
    dhparam: 'auto',
    // The security server's certificate is asked for, as at a real provider, and none is refused.
    requestCert: true,
    rejectUnauthorized: false,
  }
}

function stop(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    // An error here means that it never listened.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
