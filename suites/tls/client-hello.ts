import { suiteCode } from '../../fixtures/tls/cipher-suites.ts'
import { extensionCodes } from '../../fixtures/tls/extensions.ts'
import { groupCodes } from '../../fixtures/tls/groups.ts'
import { signatureSchemeCodes } from '../../fixtures/tls/signature-schemes.ts'
import { versionCodes } from '../../fixtures/tls/versions.ts'
import { message, record, vector, words } from '../client/tls-messages.ts'

export type OfferedVersion = Exclude<keyof typeof versionCodes, 'SSLv2'>

/** What a ClientHello offers. What is absent is offered as a tolerant client would; every name is IANA's. */
export interface Offer {
  /** The newest version; with `oldest`, all between them too, where TLS 1.3 has a way to say so. */
  readonly version: OfferedVersion
  readonly oldest?: OfferedVersion
  /** In the order of preference. */
  readonly suites: readonly string[]
  readonly groups?: readonly string[]
  readonly signatureAlgorithms?: readonly string[]
  readonly serverName?: string
  readonly applicationProtocols?: readonly string[]
  /** Codes of compression methods: 1 is DEFLATE, 0 none. */
  readonly compressions?: readonly number[]
  /** Whether this claims to be a second try with an older version (RFC 7507). */
  readonly fallback?: boolean
  /** Whether what would change the rest of the handshake is left out: for who goes on with it. */
  readonly plain?: boolean
}

const everyGroup = Object.keys(groupCodes)
const everySignatureAlgorithm = Object.keys(signatureSchemeCodes)
const changing = ['extended_master_secret', 'encrypt_then_mac', 'session_ticket'] as const
const fallbackSignal = 0x5600
const renegotiationSignal = 0x00ff

/** A ClientHello in its record (RFC 5246 7.4.1.2, RFC 8446 4.1.2); `random` has 32 bytes. For TLS 1.3 it has no key, so that a server asks for one. */
export function clientHello(offer: Offer, random: Buffer): Buffer {
  const { version, suites, compressions = [0], fallback = false } = offer
  const codes = suites.map((name) => known(suiteCode(name), name))
  const signals = [...(version === 'SSLv3' ? [renegotiationSignal] : []), ...(fallback ? [fallbackSignal] : [])]
  const body = Buffer.concat([
    words([Math.min(versionCodes[version], versionCodes['TLSv1.2'])]),
    random,
    vector(1, Buffer.alloc(0)),
    vector(2, words([...codes, ...signals])),
    vector(1, Buffer.from(compressions)),
    // SSL 3.0 has no extensions, and servers of its time stumble over them.
    ...(version === 'SSLv3' ? [] : [vector(2, Buffer.concat(extensions(offer)))]),
  ])
  return record(22, message(1, body), version === 'SSLv3' ? versionCodes.SSLv3 : versionCodes.TLSv1)
}

function extensions(offer: Offer): Buffer[] {
  const { groups = everyGroup, signatureAlgorithms = everySignatureAlgorithm, serverName, applicationProtocols } = offer
  return [
    ...(serverName === undefined ? [] : [extension('server_name', vector(2, hostName(serverName)))]),
    ...(offer.plain === true ? [] : changing.map((name) => extension(name, Buffer.alloc(0)))),
    extension('renegotiation_info', Buffer.of(0)),
    extension('ec_point_formats', vector(1, Buffer.of(0))),
    ...(groups.length === 0 ? [] : [extension('supported_groups', vector(2, words(codesOf(groupCodes, groups))))]),
    ...(applicationProtocols === undefined
      ? []
      : [extension('application_layer_protocol_negotiation', vector(2, protocolNames(applicationProtocols)))]),
    ...(atLeast(offer.version, 'TLSv1.2')
      ? [extension('signature_algorithms', vector(2, words(codesOf(signatureSchemeCodes, signatureAlgorithms))))]
      : []),
    ...(offer.version === 'TLSv1.3'
      ? [extension('supported_versions', vector(1, words(offeredVersions(offer)))), extension('key_share', words([0]))]
      : []),
  ]
}

function hostName(name: string): Buffer {
  return Buffer.concat([Buffer.of(0), vector(2, Buffer.from(name, 'ascii'))])
}

function protocolNames(names: readonly string[]): Buffer {
  return Buffer.concat(names.map((name) => vector(1, Buffer.from(name, 'latin1'))))
}

function offeredVersions({ version, oldest = version }: Offer): number[] {
  return Object.values(versionCodes)
    .filter((code) => code >= versionCodes[oldest] && code <= versionCodes[version])
    .toReversed()
}

function extension(name: keyof typeof extensionCodes, content: Buffer): Buffer {
  return Buffer.concat([words([extensionCodes[name]]), vector(2, content)])
}

function codesOf(codes: Readonly<Record<string, number>>, names: readonly string[]): number[] {
  return names.map((name) => known(codes[name], name))
}

function known(code: number | undefined, name: string): number {
  if (code === undefined) throw new Error(`no code is known for ${name}`)
  return code
}

function atLeast(version: OfferedVersion, other: OfferedVersion): boolean {
  return versionCodes[version] >= versionCodes[other]
}
