import { isIP } from 'node:net'
import { type ProtocolVersion, protocolVersions } from '../../fixtures/tls/versions.ts'
import { enumerateSuites } from './enumerate-suites.ts'
import { knock } from './knock.ts'
import { probeCertificates } from './probe-certificates.ts'
import { probeApplicationProtocols, probeFeatures } from './probe-features.ts'
import { probeKeyExchange, probeSignatureAlgorithms } from './probe-key-exchange.ts'
import { type Prober, startProber } from './prober.ts'
import { spokenVersions } from './spoken-versions.ts'
import type { TlsEndpoint } from './tls-endpoint.ts'
import type { TlsReport, VersionReport } from './tls-report.ts'

export interface ProbeOptions {
  /** Milliseconds for everything together. */
  readonly timeout?: number
  /** Name to ask for; by default the host, unless that is an address. */
  readonly serverName?: string
  /** How many connections may be open at a time. */
  readonly concurrency?: number
}

/** Finds out what a server negotiates, without negotiating it to the end. Rejects with a TlsProbeFailure that says why it cannot. */
export async function probeTls(target: TlsEndpoint, options: ProbeOptions = {}): Promise<TlsReport> {
  const { timeout = 10_000, serverName = isIP(target.host) === 0 ? target.host : undefined, concurrency = 8 } = options
  const started = performance.now()
  const naming = serverName === undefined ? {} : { serverName }
  const endpoint = await knock(target, serverName, timeout)
  const deadline = started + timeout
  const prober = startProber(endpoint, { deadline, greetingTimeout: timeout / 4, concurrency })
  const versions = await Promise.all(protocolVersions.map((version) => probeVersion(prober, version, naming)))
  const spoken = spokenVersions(versions)
  const [keyExchange, signatureAlgorithms, certificates, features, applicationProtocols] = await Promise.all([
    probeKeyExchange(prober, spoken, naming),
    probeSignatureAlgorithms(prober, spoken, naming),
    probeCertificates(prober, spoken, naming),
    probeFeatures(prober, spoken, naming),
    probeApplicationProtocols(prober, spoken, naming),
  ])
  return {
    ...target,
    ...naming,
    versions,
    keyExchange,
    signatureAlgorithms,
    ...certificates,
    features,
    applicationProtocols,
    // The one that found out whether anybody is there counts too.
    connections: prober.connections + 1,
    milliseconds: Math.round(performance.now() - started),
  }
}

async function probeVersion(
  prober: Prober,
  version: ProtocolVersion,
  naming: { readonly serverName?: string },
): Promise<VersionReport> {
  if (version !== 'SSLv2') return await enumerateSuites(prober, version, naming)
  const answer = await prober.greetSsl2()
  if (answer.kind === 'refused') return { version, spoken: false, refusal: answer.alert }
  return { version, spoken: true, suites: answer.suites }
}
