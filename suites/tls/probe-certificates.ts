import type { Offer } from './client-hello.ts'
import { describeCertificate } from './describe-certificate.ts'
import { distinguishedName } from './distinguished-name.ts'
import type { Greeted, Refused } from './greeting.ts'
import type { Prober } from './prober.ts'
import { newestOpenVersion, type Spoken } from './spoken-versions.ts'
import type { ChainReport, ClientCertificateReport, ServerNameReport } from './tls-report.ts'

export interface CertificatesReport {
  readonly chains: readonly ChainReport[]
  readonly clientCertificate?: ClientCertificateReport
  readonly serverNameIndication?: ServerNameReport
}

/** How a suite's name tells whose key it needs; RSA signs, and takes secrets, with one certificate. */
const keyKinds = [/_(ECDHE|DHE)_RSA_|^TLS_RSA_/, /_ECDSA_/, /_DSS_/, /_(ECDH|DH)_RSA_/, /GOSTR/]

/** Finds the certificates of a server, what it asks of clients, and what names change. */
export async function probeCertificates(
  prober: Prober,
  spoken: readonly Spoken[],
  naming: Pick<Offer, 'serverName'>,
): Promise<CertificatesReport> {
  const open = newestOpenVersion(spoken)
  if (open === undefined) return { chains: [] }
  const { version, suites } = open
  const offers = keyKinds
    .map((kind) => suites.filter((suite) => kind.test(suite)))
    .filter((chosen) => chosen.length > 0)
    .map((chosen) => ({ version, suites: chosen, ...naming }))
  const answers = await Promise.all(offers.map((offer) => prober.greet(offer)))
  const shown = answers.flatMap((answer) =>
    answer.kind === 'greeted' && answer.certificates.length > 0 ? [answer] : [],
  )
  const requests = answers.flatMap((answer) => (answer.kind === 'greeted' ? [describeRequest(answer)] : []))
  const [offer] = offers
  const names = offer && shown[0] && (await probeServerName(prober, offer, shown[0]))
  const request = requests.find(({ requested }) => requested) ?? requests[0]
  return {
    chains: describeChains(shown),
    ...(request === undefined ? {} : { clientCertificate: request }),
    ...(names === undefined ? {} : { serverNameIndication: names }),
  }
}

/** Two kinds of suite may show one certificate. */
function describeChains(shown: readonly Greeted[]): ChainReport[] {
  const unlike = new Map(shown.map((answer) => [answer.certificates[0]?.toString('latin1'), answer]))
  return [...unlike.values()].map(({ suite, certificates }) => ({
    suite,
    certificates: certificates.flatMap((der) => describeCertificate(der) ?? []),
  }))
}

function describeRequest({ certificateRequest: request }: Greeted): ClientCertificateReport {
  if (request === undefined) return { requested: false, types: [], signatureAlgorithms: [], authorities: [] }
  const { types, signatureAlgorithms, authorities } = request
  return { requested: true, types, signatureAlgorithms, authorities: authorities.map(readableName) }
}

function readableName(der: Buffer): string {
  try {
    return distinguishedName(der)
  } catch {
    return `unreadable name ${der.subarray(0, 32).toString('hex')}`
  }
}

/** A name in a domain that is reserved for having no hosts (RFC 2606). */
const unknownName = 'roadworthy.invalid'

async function probeServerName(prober: Prober, offer: Offer, named: Greeted): Promise<ServerNameReport> {
  const { serverName: _, ...nameless } = offer
  const [without, unknown] = await Promise.all([
    prober.greet(nameless),
    prober.greet({ ...offer, serverName: unknownName }),
  ])
  const acknowledging = offer.serverName === undefined ? unknown : named
  return {
    acknowledged: acknowledging.kind === 'greeted' && acknowledging.extensions.has('server_name'),
    withoutName: compare(without, named),
    unknownName: compare(unknown, named),
  }
}

function compare(answer: Greeted | Refused, { certificates: [leaf] }: Greeted): string {
  if (answer.kind === 'refused') return `refused: ${answer.alert}`
  const [other] = answer.certificates
  return leaf !== undefined && other?.equals(leaf) ? 'same certificate' : 'other certificate'
}
