import { byteReader } from '../../fixtures/tls/byte-reader.ts'
import type { Offer } from './client-hello.ts'
import type { Greeted, Refused } from './greeting.ts'
import type { Prober } from './prober.ts'
import { newestOpenVersion, type Spoken } from './spoken-versions.ts'
import type { FeatureReport } from './tls-report.ts'

type Naming = Pick<Offer, 'serverName'>

/** How the random value of a server ends that could have spoken TLS 1.3, or TLS 1.2 (RFC 8446 4.1.3). */
const sentinels = [Buffer.from('DOWNGRD\u0001', 'latin1'), Buffer.from('DOWNGRD\u0000', 'latin1')]
const deflate = 1

/** Finds what a server does beside versions, suites and keys. */
export async function probeFeatures(prober: Prober, spoken: readonly Spoken[], naming: Naming): Promise<FeatureReport> {
  const open = newestOpenVersion(spoken)
  const [newest] = spoken
  if (open === undefined || newest === undefined) return {}
  // A step down, from the newest version that is spoken to the newest below it.
  const below = spoken.find(({ version }) => version !== newest.version)
  const block = open.suites.filter((suite) => /_(CBC|DES)_/.test(suite))
  const [plain, blocks, stepped, fallback] = await Promise.all([
    prober.greet({ ...open, compressions: [deflate, 0], ...naming }),
    block.length === 0 ? undefined : prober.greet({ ...open, suites: block, ...naming }, 'hello'),
    below && prober.greet({ ...below, ...naming }, 'hello'),
    below && prober.greet({ ...below, fallback: true, ...naming }, 'hello'),
  ])
  return { ...helloFacts(plain, open), ...blockFacts(blocks, open), ...stepFacts(stepped, fallback) }
}

function helloFacts(answer: Greeted | Refused, { version }: Spoken): FeatureReport {
  if (answer.kind === 'refused') return {}
  const { extensions, compression } = answer
  const common = { secureRenegotiation: extensions.has('renegotiation_info'), compression: compression !== 0 }
  if (version === 'SSLv3') return common
  return {
    ...common,
    extendedMasterSecret: extensions.has('extended_master_secret'),
    sessionTickets: extensions.has('session_ticket'),
  }
}

/** RFC 7366 changes suites with a block cipher only. */
function blockFacts(answer: Greeted | Refused | undefined, { version }: Spoken): FeatureReport {
  if (answer?.kind !== 'greeted' || version === 'SSLv3') return {}
  return { encryptThenMac: answer.extensions.has('encrypt_then_mac') }
}

function stepFacts(stepped: Greeted | Refused | undefined, fallback: Greeted | Refused | undefined): FeatureReport {
  if (stepped?.kind !== 'greeted' || fallback === undefined) return {}
  const end = stepped.random.subarray(24)
  return {
    downgradeSentinel: sentinels.some((sentinel) => sentinel.equals(end)),
    fallbackRefused: fallback.kind === 'refused',
  }
}

const protocols = ['h2', 'http/1.1', 'http/1.0', 'spdy/3.1', 'grpc-exp', 'acme-tls/1', 'postgresql']

/** Finds the application protocols that a server chooses by ALPN before TLS 1.3, in the order of choice. */
export async function probeApplicationProtocols(
  prober: Prober,
  spoken: readonly Spoken[],
  naming: Naming,
): Promise<string[]> {
  const open = newestOpenVersion(spoken)
  if (open === undefined || open.version === 'SSLv3') return []
  const found: string[] = []
  let rest = protocols
  while (rest.length > 0) {
    const answer = await prober.greet({ ...open, applicationProtocols: rest, ...naming }, 'hello')
    const chosen = answer.kind === 'greeted' ? chosenProtocol(answer) : undefined
    if (chosen === undefined || !rest.includes(chosen)) break
    found.push(chosen)
    rest = rest.filter((name) => name !== chosen)
  }
  return found
}

function chosenProtocol({ extensions }: Greeted): string | undefined {
  const content = extensions.get('application_layer_protocol_negotiation')
  if (content === undefined || content.length < 4) return undefined
  const list = byteReader(content)
  const names = byteReader(list.take(Math.min(list.number(2), list.remaining)))
  const length = names.number(1)
  return length > names.remaining ? undefined : names.take(length).toString('latin1')
}
